"""How hard accepted rows are."""
