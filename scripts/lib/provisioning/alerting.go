package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// The fields that Grafana's loader takes, of those that are used (pkg/services/provisioning/alerting/rules_types.go).
type alertingFile struct {
	APIVersion    int            `yaml:"apiVersion"`
	Groups        []ruleGroup    `yaml:"groups"`
	ContactPoints []contactPoint `yaml:"contactPoints"`
	Policies      []any          `yaml:"policies"`
}

type contactPoint struct {
	OrgID     int    `yaml:"orgId"`
	Name      string `yaml:"name"`
	Receivers []struct {
		UID                   string         `yaml:"uid"`
		Type                  string         `yaml:"type"`
		Settings              map[string]any `yaml:"settings"`
		DisableResolveMessage bool           `yaml:"disableResolveMessage"`
	} `yaml:"receivers"`
}

type ruleGroup struct {
	OrgID    int         `yaml:"orgId"`
	Name     string      `yaml:"name"`
	Folder   string      `yaml:"folder"`
	Interval string      `yaml:"interval"`
	Rules    []alertRule `yaml:"rules"`
}

type alertRule struct {
	UID          string            `yaml:"uid"`
	Title        string            `yaml:"title"`
	Condition    string            `yaml:"condition"`
	For          string            `yaml:"for"`
	NoDataState  string            `yaml:"noDataState"`
	ExecErrState string            `yaml:"execErrState"`
	Labels       map[string]string `yaml:"labels"`
	Annotations  map[string]string `yaml:"annotations"`
	Data         []alertQuery      `yaml:"data"`
}

type alertQuery struct {
	RefID             string `yaml:"refId"`
	QueryType         string `yaml:"queryType"`
	DatasourceUID     string `yaml:"datasourceUid"`
	RelativeTimeRange struct {
		From int `yaml:"from"`
		To   int `yaml:"to"`
	} `yaml:"relativeTimeRange"`
	Model alertModel `yaml:"model"`
}

type alertModel struct {
	RefID      string      `yaml:"refId"`
	EditorMode string      `yaml:"editorMode"`
	Format     string      `yaml:"format"`
	RawQuery   bool        `yaml:"rawQuery"`
	RawSQL     string      `yaml:"rawSql"`
	Expr       string      `yaml:"expr"`
	Instant    bool        `yaml:"instant"`
	Range      bool        `yaml:"range"`
	Type       string      `yaml:"type"`
	Expression string      `yaml:"expression"`
	Conditions []condition `yaml:"conditions"`
}

type condition struct {
	Evaluator struct {
		Type   string    `yaml:"type"`
		Params []float64 `yaml:"params"`
	} `yaml:"evaluator"`
}

var dashboardLink = regexp.MustCompile(`/?d/([\w-]+)`)

// checkAlerting checks all rules, and says how many there are.
func (c *checkout) checkAlerting() int {
	uids, titles := map[string]bool{}, map[string]bool{}
	for _, file := range c.filesIn("grafana", "provisioning", "alerting", "*.yaml") {
		var content alertingFile
		if !c.read(file, &content) {
			continue
		}
		if content.APIVersion != 1 || len(content.ContactPoints) > 0 || len(content.Policies) > 0 {
			c.wrong(file, "apiVersion must be 1, and contact points and policies be left to the user")
		}
		for _, group := range content.Groups {
			interval, err := model.ParseDuration(group.Interval)
			// The scheduler of Grafana wakes up every ten seconds.
			if err != nil || interval == 0 || time.Duration(interval)%(10*time.Second) != 0 ||
				group.Name == "" || group.Folder == "" || strings.Contains(group.Folder, "/") {
				c.wrong(file, "group %q: name, folder and an interval of tens of seconds are needed", group.Name)
			}
			for _, rule := range group.Rules {
				if uids[rule.UID] || titles[rule.Title] {
					c.wrong(file, "rule %s: its uid or title is there already", rule.UID)
				}
				uids[rule.UID], titles[rule.Title] = true, true
				c.checkRule(file, rule)
			}
		}
	}
	return len(uids)
}

func (c *checkout) checkRule(file string, rule alertRule) {
	wrong := func(format string, arguments ...any) {
		c.wrong(file, "rule %s: %s", rule.UID, fmt.Sprintf(format, arguments...))
	}
	pending, err := model.ParseDuration(rule.For)
	if err != nil || pending == 0 {
		wrong("for must be a duration")
	}
	if rule.UID == "" || len(rule.UID) > 40 || rule.Title == "" {
		wrong("uid, of at most 40 characters, and title are needed")
	}
	if rule.NoDataState != "OK" || rule.ExecErrState != "Error" {
		wrong("noDataState must be OK, as idle functions send nothing, and execErrState Error")
	}
	for _, text := range rule.Labels {
		c.expand(file, text)
	}
	if len(rule.Data) != 2 || rule.Data[1].RefID != rule.Condition {
		wrong("a query and a threshold of it, the condition, are meant")
		return
	}
	labels := c.checkQuery(wrong, rule.Data[0])
	c.checkThreshold(wrong, rule.Data[0], rule.Data[1])
	for name := range rule.Labels {
		if labels[name] {
			wrong("the label %s hides that of the query", name)
		}
		labels[name] = true
	}
	if !labels["severity"] {
		wrong("there is no label severity")
	}
	for name, text := range rule.Annotations {
		if strings.Contains(text, "${") {
			wrong("annotation %s: Grafana 13 takes ${…} for a variable of the environment", name)
		}
		if err := expandTemplate(text, labels); err != nil {
			wrong("annotation %s: %v", name, err)
		}
	}
	link := dashboardLink.FindStringSubmatch(rule.Annotations["dashboard"])
	if link == nil || !c.dashboards[link[1]] {
		wrong("its annotation dashboard leads to no dashboard of ours: %v", link)
	}
	if !strings.Contains(rule.Annotations["summary"], "$values."+rule.Data[0].RefID) {
		wrong("its summary does not say the value")
	}
	if labels["function_name"] && !strings.Contains(rule.Annotations["summary"], "$labels.function_name") {
		wrong("its summary does not name the function")
	}
}

// checkQuery parses what a rule asks, and tells the labels of the answer.
func (c *checkout) checkQuery(wrong func(string, ...any), query alertQuery) map[string]bool {
	if query.RelativeTimeRange.From <= query.RelativeTimeRange.To || query.Model.RefID != query.RefID {
		wrong("query %s: from must lie before to, and refId be that of the model", query.RefID)
	}
	switch kind := c.datasource[query.DatasourceUID]; kind {
	case "postgres":
		if query.Model.Format != "table" || !query.Model.RawQuery {
			wrong("a statement is a rawQuery with format table")
		}
		labels, err := statementLabels(query.Model.RawSQL)
		if err != nil {
			wrong("%v", err)
		}
		return labels
	case "prometheus":
		if !query.Model.Instant || query.Model.Range {
			wrong("an expression is asked for one instant")
		}
		labels, err := expressionLabels(query.Model.Expr)
		if err != nil {
			wrong("%v", err)
		}
		return labels
	default:
		wrong("the data source %q cannot be asked by a rule", query.DatasourceUID)
		return map[string]bool{}
	}
}

func (c *checkout) checkThreshold(wrong func(string, ...any), query, threshold alertQuery) {
	model := threshold.Model
	if threshold.DatasourceUID != "__expr__" || model.Type != "threshold" || model.Expression != query.RefID ||
		model.RefID != threshold.RefID || len(model.Conditions) != 1 {
		wrong("%s must be a threshold of %s with one condition", threshold.RefID, query.RefID)
		return
	}
	evaluator := model.Conditions[0].Evaluator
	if (evaluator.Type != "gt" && evaluator.Type != "lt") || len(evaluator.Params) != 1 {
		wrong("%s must compare by gt or lt with one number", threshold.RefID)
	}
}

// checkExamples reads what users copy; its variables are theirs to document.
func (c *checkout) checkExamples() {
	for _, file := range c.filesIn("grafana", "provisioning", "examples", "*.yaml") {
		c.read(file, &alertingFile{})
	}
}
