"""Single pictures: what a file is, its smaller sizes, and the addresses of both."""
