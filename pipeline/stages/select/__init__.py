"""The hardest rows of the corpus, within quotas."""
