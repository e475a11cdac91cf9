"""Audio that is no file on this disk: objects of buckets, files on the web, members of tars."""
