"""The site: settings and the address book. It sits above every room of `catalog`."""
