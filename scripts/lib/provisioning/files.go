package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// lineLimit is how long a line may be, links and expressions apart.
const lineLimit = 130

// filesIn lists the files of a folder as Grafana does: not those of folders within it.
func (c *checkout) filesIn(pattern ...string) []string {
	found, err := filepath.Glob(c.path(pattern...))
	if err != nil || len(found) == 0 {
		c.wrong(c.path(pattern...), "there is no such file")
	}
	return found
}

// read decodes a YAML file into target, whose fields are all that may stand in it.
func (c *checkout) read(file string, target any) bool {
	content, err := os.ReadFile(file)
	if err != nil {
		c.wrong(file, "%v", err)
		return false
	}
	c.lint(file, string(content))
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(target); err != nil {
		c.wrong(file, "%v", err)
		return false
	}
	if err := decoder.Decode(new(any)); err != io.EOF {
		c.wrong(file, "has more than one document, of which Grafana reads the first")
	}
	return true
}

func (c *checkout) lint(file, content string) {
	if !strings.HasSuffix(content, "\n") || strings.HasSuffix(content, "\n\n") {
		c.wrong(file, "does not end with one line break")
	}
	for number, line := range strings.Split(content, "\n") {
		switch {
		case strings.ContainsAny(line, "\t\r"):
			c.wrong(file, "line %d has a tab or a carriage return", number+1)
		case strings.TrimRight(line, " ") != line:
			c.wrong(file, "line %d ends with a space", number+1)
		case len([]rune(line)) > lineLimit && !strings.Contains(line, "/d/") && !strings.Contains(line, "{"):
			c.wrong(file, "line %d is longer than %d characters", number+1, lineLimit)
		}
	}
}
