package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A checkout with the files that are read, to be spoilt by a test.
func copyOfCheckout(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, folder := range []string{"grafana/provisioning", "grafana/dashboards", "infra"} {
		if err := os.CopyFS(filepath.Join(root, folder), os.DirFS(filepath.Join("../../..", folder))); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestWhatIsWrongIsFound(t *testing.T) {
	const (
		datasources = "grafana/provisioning/datasources/firefly.yaml"
		dashboards  = "grafana/provisioning/dashboards/firefly.yaml"
		failures    = "grafana/provisioning/alerting/failures.yaml"
		pipeline    = "grafana/provisioning/alerting/pipeline.yaml"
		readme      = "grafana/provisioning/README.md"
		compose     = "infra/compose.yaml"
		example     = "infra/.env.example"
	)
	for _, test := range []struct{ file, before, after, problem string }{
		{datasources, "editable: false", "editible: false", "field editible not found"},
		{datasources, "uid: firefly-sql", "uid: firefly-traces", "is there already"},
		{datasources, "$$__tags", "$__tags", "is no variable of the environment"},
		{datasources, "$FIREFLY_READ_KEY", "secret", "must be a variable of the environment"},
		{datasources, "$FIREFLY_JAEGER_URL", "$FIREFLY_TRACES_URL", "FIREFLY_TRACES_URL is read and not documented"},
		{datasources, "datasourceUid: firefly-traces", "datasourceUid: firefly-spans", "no data source firefly-spans"},
		{datasources, "maxOpenConns", "maxConnections", "jsonData.maxConnections is unknown"},
		{datasources, "tlsSkipVerify: false", "tlsSkipVerify: true", "TLS must be verified"},
		{datasources, "sum by (dimension", "sum bye (dimension", "parse error"},
		{dashboards, "folderUid: firefly", "folderUID: firefly", "field folderUID not found"},
		{failures, "interval: 1m", "interval: 15s", "interval of tens of seconds"},
		{failures, "for: 3m", "for: soon", "for must be a duration"},
		{failures, "noDataState: OK", "noDataState: Alerting", "noDataState must be OK"},
		{failures, "{{ urlquery $labels.region }}", "{{ urlquery $labels.area }}", "area"},
		{failures, "{{ $labels.function_name }} in", "{{ $labels.function_name in", "error parsing template"},
		{failures, "d/firefly-function", "d/firefly-funktion", "leads to no dashboard"},
		{failures, "function_name, severity, value", "function_name, value", "no label severity"},
		{failures, "WHERE rule =", "WHERE rule IN", "syntax error"},
		{failures, "$__timeFrom()", "$__from()", "macro"},
		{failures, "expression: A", "expression: C", "must be a threshold of A"},
		{failures, "datasourceUid: firefly-sql", "datasourceUid: firefly-traces", "cannot be asked by a rule"},
		{pipeline, "uid: firefly-set-aside", "uid: firefly-error-rate", "is there already"},
		{pipeline, "sum by (account_id", "sum without (account_id", "aggregates by labels"},
		{pipeline, "rule: set_aside", "source: firefly", "hides that of the query"},
		{readme, "| `FIREFLY_DASHBOARDS` |", "| `FIREFLY_PATH` |", "FIREFLY_PATH is documented and not read"},
		{compose, "grafana/grafana:13.1.4", "grafana/grafana:13.2.1", "not pinned to a version that works"},
		{compose, "${FIREFLY_GRAFANA_PASSWORD:?run infra/prepare, which makes infra/.env}", "${FIREFLY_GRAFANA_PASSWORD:-admin}",
			"starts without FIREFLY_GRAFANA_PASSWORD"},
		{compose, "FIREFLY_DATABASE_ADDRESS:-127.0.0.1", "FIREFLY_DATABASE_ADRESS:-0.0.0.0", "is not in .env.example"},
		{compose, "FIREFLY_JAEGER_URL: ", "FIREFLY_JAGER_URL: ", "FIREFLY_JAEGER_URL is not set"},
		{compose, "condition: service_healthy", "condition: service_well", "service_well"},
		{compose, "healthcheck:", "health_check:", "health_check"},
		{compose, "./database/start.sh:", "./database/begin.sh:", "begin.sh"},
		{example, "FIREFLY_READ_KEY=", "FIREFLY_READER_KEY=", "FIREFLY_READER_KEY of .env.example is not read"},
		{example, "FIREFLY_DATABASE_ADDRESS=127.0.0.1", "FIREFLY_DATABASE_ADDRESS=0.0.0.0", "is open to"},
	} {
		t.Run(test.problem, func(t *testing.T) {
			root := copyOfCheckout(t)
			file := filepath.Join(root, test.file)
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(content), test.before) {
				t.Fatalf("%s has no %q", test.file, test.before)
			}
			spoilt := strings.ReplaceAll(string(content), test.before, test.after)
			if err := os.WriteFile(file, []byte(spoilt), 0o600); err != nil {
				t.Fatal(err)
			}
			problems, _ := check(root)
			if !strings.Contains(strings.Join(problems, "\n"), test.problem) {
				t.Fatalf("not found among %q", problems)
			}
		})
	}
}

func TestTheCheckoutIsRight(t *testing.T) {
	if problems, _ := check("../../.."); len(problems) > 0 {
		t.Fatal(strings.Join(problems, "\n"))
	}
}
