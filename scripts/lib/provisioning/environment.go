package main

import (
	"os"
	"regexp"
	"strings"
)

var (
	braced  = regexp.MustCompile(`\$(__\w+)?\{[^}]*\}`)
	plain   = regexp.MustCompile(`\$(\w+)`)
	ours    = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	tabular = regexp.MustCompile("(?m)^\\| `([A-Z][A-Z0-9_]*)`")
)

// expand does what Grafana does with a value of a provisioning file: $$ stands for $, $NAME for a variable, and what is
// not set vanishes without a word. Only the plain form is admitted, so that a macro cannot be taken for a variable.
func (c *checkout) expand(file, value string) string {
	parts := strings.Split(value, "$$")
	for i, part := range parts {
		if found := braced.FindString(part); found != "" {
			c.wrong(file, "%s: write $NAME for a variable and $$ for a literal $", found)
		}
		parts[i] = plain.ReplaceAllStringFunc(part, func(match string) string {
			name := match[1:]
			if !ours.MatchString(name) {
				c.wrong(file, "%s is no variable of the environment: a literal $ is $$", match)
			}
			c.variables[name] = true
			return "value-of-" + name
		})
	}
	return strings.Join(parts, "$")
}

// expandAll expands the strings anywhere in a decoded value.
func (c *checkout) expandAll(file string, value any) any {
	switch value := value.(type) {
	case string:
		return c.expand(file, value)
	case []any:
		for i := range value {
			value[i] = c.expandAll(file, value[i])
		}
	case map[string]any:
		for key := range value {
			value[key] = c.expandAll(file, value[key])
		}
	}
	return value
}

// checkDocumented compares the variables that were read with the tables of the README beside the files.
func (c *checkout) checkDocumented() {
	file := c.path("grafana", "provisioning", "README.md")
	content, err := os.ReadFile(file)
	if err != nil {
		c.wrong(file, "%v", err)
		return
	}
	documented := map[string]bool{}
	for _, match := range tabular.FindAllStringSubmatch(string(content), -1) {
		documented[match[1]] = true
	}
	for name := range c.variables {
		if !documented[name] {
			c.wrong(file, "%s is read and not documented", name)
		}
	}
	for name := range documented {
		if !c.variables[name] {
			c.wrong(file, "%s is documented and not read", name)
		}
	}
}
