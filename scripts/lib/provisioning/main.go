// Checks what Firefly gives to Grafana and to Docker Compose, without running either: that files have the fields that
// Grafana's loader takes, that expressions, statements and message templates parse, that references resolve, and that
// each environment variable is documented.
//
//	provisioning CHECKOUT
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// checkout is the folder that is checked, with what was found wrong in it and the names that its parts share.
type checkout struct {
	root       string
	problems   []string
	datasource map[string]string // type by uid
	dashboards map[string]bool   // uids
	variables  map[string]bool   // environment variables that provisioning reads
}

func (c *checkout) path(parts ...string) string {
	return filepath.Join(append([]string{c.root}, parts...)...)
}

// wrong notes a problem of a file.
func (c *checkout) wrong(file, format string, arguments ...any) {
	if name, err := filepath.Rel(c.root, file); err == nil {
		file = name
	}
	c.problems = append(c.problems, file+": "+fmt.Sprintf(format, arguments...))
}

// check looks at everything, and sums up what it saw.
func check(root string) (problems []string, summary string) {
	c := &checkout{
		root:       root,
		datasource: map[string]string{"__expr__": "__expr__"},
		dashboards: map[string]bool{},
		variables:  map[string]bool{},
	}
	c.checkDashboards()
	c.checkDatasources()
	rules := c.checkAlerting()
	c.checkExamples()
	c.checkDocumented()
	services := c.checkCompose()
	return c.problems, fmt.Sprintf("%d data sources, %d dashboards, %d alert rules, %d services",
		len(c.datasource)-1, len(c.dashboards), rules, services)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: provisioning CHECKOUT")
		os.Exit(2)
	}
	problems, summary := check(os.Args[1])
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
	fmt.Println(summary)
}
