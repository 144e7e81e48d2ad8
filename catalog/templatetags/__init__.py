"""Tags and filters of the templates, a library a subject."""
