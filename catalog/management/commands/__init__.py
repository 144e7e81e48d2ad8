"""Commands of `manage.py`. Each is thin: parse the options, call a room, report."""
