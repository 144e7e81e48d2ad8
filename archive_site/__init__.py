"""The site: settings and URLs. It is above every room of `catalog`."""
