package main

import (
	"fmt"
	"slices"
	"strings"
)

// The fields that Grafana's loader takes, as of 13.1 (pkg/services/provisioning/datasources/types.go).
type datasourceFile struct {
	APIVersion        int          `yaml:"apiVersion"`
	Prune             bool         `yaml:"prune"`
	DeleteDatasources []any        `yaml:"deleteDatasources"`
	Datasources       []datasource `yaml:"datasources"`
}

type datasource struct {
	OrgID           int               `yaml:"orgId"`
	OrgName         string            `yaml:"orgName"`
	Version         int               `yaml:"version"`
	Name            string            `yaml:"name"`
	Type            string            `yaml:"type"`
	Access          string            `yaml:"access"`
	URL             string            `yaml:"url"`
	User            string            `yaml:"user"`
	Database        string            `yaml:"database"`
	BasicAuth       bool              `yaml:"basicAuth"`
	BasicAuthUser   string            `yaml:"basicAuthUser"`
	WithCredentials bool              `yaml:"withCredentials"`
	IsDefault       bool              `yaml:"isDefault"`
	Correlations    []any             `yaml:"correlations"`
	JSONData        map[string]any    `yaml:"jsonData"`
	SecureJSONData  map[string]string `yaml:"secureJsonData"`
	Editable        *bool             `yaml:"editable"`
	UID             string            `yaml:"uid"`
}

// What each type of data source reads of jsonData and secureJsonData, of what Firefly sets. Grafana passes on anything,
// so that a misspelt name would go unnoticed.
var settings = map[string][]string{
	"prometheus": {
		"httpMethod", "timeInterval", "prometheusType", "prometheusVersion", "cacheLevel", "manageAlerts",
		"disableRecordingRules", "allowAsRecordingRulesTarget", "tlsSkipVerify", "exemplarTraceIdDestinations", "basicAuthPassword",
	},
	"jaeger": {
		"tlsSkipVerify", "nodeGraph", "traceIdTimeParams", "spanBar", "tracesToMetrics", "basicAuthPassword",
	},
	"postgres": {
		"database", "sslmode", "tlsConfigurationMethod", "sslRootCertFile", "postgresVersion", "timescaledb",
		"maxOpenConns", "maxIdleConns", "maxIdleConnsAuto", "connMaxLifetime", "timeInterval", "password",
	},
}

func (c *checkout) checkDatasources() {
	type reference struct{ file, uid string }
	var references []reference
	for _, file := range c.filesIn("grafana", "provisioning", "datasources", "*.yaml") {
		var content datasourceFile
		if !c.read(file, &content) {
			continue
		}
		if content.APIVersion != 1 || content.Prune || len(content.DeleteDatasources) > 0 {
			c.wrong(file, "apiVersion must be 1, and nothing of others be removed")
		}
		for _, source := range content.Datasources {
			c.checkDatasource(file, source)
			for _, uid := range uidsIn(source.JSONData) {
				references = append(references, reference{file, uid})
			}
		}
	}
	for _, reference := range references {
		if c.datasource[reference.uid] == "" {
			c.wrong(reference.file, "there is no data source %s", reference.uid)
		}
	}
}

func (c *checkout) checkDatasource(file string, source datasource) {
	wrong := func(format string, arguments ...any) {
		c.wrong(file, "data source %q: %s", source.Name, fmt.Sprintf(format, arguments...))
	}
	known, found := settings[source.Type]
	switch {
	case source.Name == "" || source.UID == "" || len(source.UID) > 40:
		wrong("name and uid are needed, the uid of at most 40 characters")
	case c.datasource[source.UID] != "":
		wrong("the uid %s is there already", source.UID)
	case !found:
		wrong("the type %q is unknown here", source.Type)
	case source.Access != "proxy" || source.Editable == nil || *source.Editable || source.IsDefault:
		wrong("access must be proxy, editable false, and the default be left to the user")
	case source.Database != "":
		wrong("database belongs into jsonData")
	}
	c.datasource[source.UID] = source.Type
	for key, value := range source.SecureJSONData {
		if !slices.Contains(known, key) {
			wrong("secureJsonData.%s is unknown", key)
		}
		if !strings.HasPrefix(value, "$") || strings.HasPrefix(value, "$$") {
			wrong("secureJsonData.%s must be a variable of the environment", key)
		}
		c.expand(file, value)
	}
	for key := range source.JSONData {
		if !slices.Contains(known, key) {
			wrong("jsonData.%s is unknown", key)
		}
	}
	if source.JSONData["tlsSkipVerify"] == true {
		wrong("TLS must be verified")
	}
	for _, value := range []string{source.Name, source.URL, source.User, source.BasicAuthUser} {
		c.expand(file, value)
	}
	c.expandAll(file, source.JSONData)
	if metrics, found := source.JSONData["tracesToMetrics"].(map[string]any); found {
		c.checkTracesToMetrics(file, metrics)
	}
}

// checkTracesToMetrics parses the queries, after their $$ became $.
func (c *checkout) checkTracesToMetrics(file string, settings map[string]any) {
	queries, _ := settings["queries"].([]any)
	if len(queries) == 0 {
		c.wrong(file, "tracesToMetrics has no queries")
	}
	for _, query := range queries {
		fields, _ := query.(map[string]any)
		text, _ := fields["query"].(string)
		if !strings.Contains(text, "$__tags") {
			c.wrong(file, "the query %q has no $__tags and shows the same for every span", text)
		}
		// With the tags that a span has, and with none of them.
		for _, tags := range []string{`dimension_FunctionName="cart"`, ""} {
			c.parsePromQL(file, strings.ReplaceAll(text, "$__tags", tags))
		}
	}
}

// uidsIn lists the data sources that a value refers to.
func uidsIn(value any) []string {
	var found []string
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			found = append(found, uidsIn(item)...)
		}
	case map[string]any:
		for key, item := range value {
			if uid, isText := item.(string); isText && key == "datasourceUid" {
				found = append(found, uid)
			}
			found = append(found, uidsIn(item)...)
		}
	}
	return found
}
