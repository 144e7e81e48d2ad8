"""Tags and filters of the templates, one library per subject."""
