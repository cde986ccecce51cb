package main

import (
	"context"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/types"
)

var composeVariable = regexp.MustCompile(`\$\{(\w+)(:[-?])?`)

// checkCompose loads infra/compose.yaml as Docker Compose does, with the schema of the specification, and says how many
// services it has.
func (c *checkout) checkCompose() int {
	file := c.path("infra", "compose.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		c.wrong(file, "%v", err)
		return 0
	}
	c.lint(file, string(content))
	example, err := dotenv.Read(c.path("infra", ".env.example"))
	if err != nil {
		c.wrong(c.path("infra", ".env.example"), "%v", err)
		return 0
	}
	complete := map[string]string{}
	for name, value := range example {
		if value == "" && !strings.HasSuffix(name, "_URL") {
			value = "secret0of0" + strings.ToLower(name)
		}
		complete[name] = value
	}
	c.checkComposeVariables(file, string(content), complete)
	project, err := c.loadCompose(file, complete)
	if err != nil {
		c.wrong(file, "%v", err)
		return 0
	}
	for _, name := range slices.Sorted(maps.Keys(project.Services)) {
		c.checkService(file, name, project.Services[name])
	}
	return len(project.Services)
}

func (c *checkout) loadCompose(file string, environment map[string]string) (*types.Project, error) {
	var settings []string
	for name, value := range environment {
		settings = append(settings, name+"="+value)
	}
	options, err := cli.NewProjectOptions([]string{file}, cli.WithEnv(settings), cli.WithProfiles([]string{"*"}))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}

// checkComposeVariables compares the variables with those of .env.example, and sees that without a secret nothing starts.
func (c *checkout) checkComposeVariables(file, content string, complete map[string]string) {
	read, required := map[string]bool{}, map[string]bool{}
	for _, match := range composeVariable.FindAllStringSubmatch(content, -1) {
		read[match[1]] = true
		required[match[1]] = match[2] == ":?"
	}
	for name := range read {
		if _, found := complete[name]; !found {
			c.wrong(file, "%s is not in .env.example", name)
		}
		if strings.HasSuffix(name, "PASSWORD") || strings.HasSuffix(name, "KEY") {
			without := maps.Clone(complete)
			without[name] = ""
			if _, err := c.loadCompose(file, without); err == nil || !strings.Contains(err.Error(), name) {
				c.wrong(file, "it starts without %s: %v", name, err)
			}
		} else if required[name] {
			c.wrong(file, "%s has no default", name)
		}
	}
	for name := range complete {
		if !read[name] {
			c.wrong(file, "%s of .env.example is not read", name)
		}
	}
}

func (c *checkout) checkService(file, name string, service types.ServiceConfig) {
	_, version, found := strings.Cut(service.Image, ":")
	if !found || strings.HasPrefix(version, "latest") || version == "13.2.0" || version == "13.2.1" {
		c.wrong(file, "service %s: the image %q is not pinned to a version that works", name, service.Image)
	}
	once := len(service.Profiles) > 0
	if !once && (service.HealthCheck == nil || service.Restart != types.RestartPolicyUnlessStopped) {
		c.wrong(file, "service %s: a health check and a restart policy are needed", name)
	}
	for _, port := range service.Ports {
		if port.HostIP != "127.0.0.1" {
			c.wrong(file, "service %s: port %d is open to %q by default", name, port.Target, port.HostIP)
		}
	}
	for _, volume := range service.Volumes {
		if volume.Type != types.VolumeTypeBind {
			continue
		}
		made := strings.Contains(volume.Source, "/certificates")
		if _, err := os.Stat(volume.Source); err != nil && !made {
			c.wrong(file, "service %s: %v", name, err)
		}
		if !volume.ReadOnly {
			c.wrong(file, "service %s: %s is mounted to be written", name, volume.Source)
		}
	}
	if name != "grafana" {
		return
	}
	for variable := range c.variables {
		if value := service.Environment[variable]; value == nil || *value == "" {
			c.wrong(file, "service grafana: %s is not set", variable)
		}
	}
	for variable := range service.Environment {
		if strings.HasPrefix(variable, "FIREFLY_") && !c.variables[variable] {
			c.wrong(file, "service grafana: provisioning does not read %s", variable)
		}
	}
}
