"""Design system: base templates, components, css, pictures. Knows no room."""
