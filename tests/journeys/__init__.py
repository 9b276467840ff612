"""What customers and staff do, in headless Chromium, against the real processes of one house."""
