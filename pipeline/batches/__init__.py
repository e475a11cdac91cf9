"""Batch mode: a stage's requests to a file or a Batch API, and the answers back into the cache.

A build finds them there. So a batch is another way to buy answers, and everything else is as ever.
"""
