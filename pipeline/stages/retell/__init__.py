"""Rich captions in other forms and languages, on request."""
