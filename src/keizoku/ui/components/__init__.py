"""What each component's template needs, as plain functions that return its context.

``templatetags.ui`` registers them; templates lie in ``templates/ui/components/`` under the same name. A component
knows no model and no room; its rows are the frozen dataclasses of these modules.
"""
