"""What looks at a corpus and changes nothing: status, reports, pages, evaluation."""
