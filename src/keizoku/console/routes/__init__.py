"""The console's addresses by subject; ``console.urls`` puts them together."""
