package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	pg_query "github.com/pganalyze/pg_query_go/v6"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/template"
)

var macro = regexp.MustCompile(`\$__(\w+)(\([^)]*\))?`)

// parsePromQL notes an expression that Prometheus would refuse.
func (c *checkout) parsePromQL(file, text string) {
	if _, err := parser.NewParser(parser.Options{}).ParseExpr(text); err != nil {
		c.wrong(file, "%q: %v", text, err)
	}
}

// expressionLabels tells the labels that an aggregation keeps.
func expressionLabels(text string) (map[string]bool, error) {
	labels := map[string]bool{}
	expression, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	if err != nil {
		return labels, err
	}
	aggregation, found := expression.(*parser.AggregateExpr)
	if !found || aggregation.Without {
		return labels, errors.New("an expression aggregates by labels, so that each function has one value")
	}
	for _, label := range aggregation.Grouping {
		labels[label] = true
	}
	return labels, nil
}

// statementLabels parses a statement, whose macros are expanded as Grafana does. Of its columns Grafana takes the one
// named value for the number, and the others for labels.
func statementLabels(text string) (map[string]bool, error) {
	labels := map[string]bool{}
	var unknown string
	expanded := macro.ReplaceAllStringFunc(text, func(match string) string {
		if match != "$__timeFrom()" && match != "$__timeTo()" {
			unknown = match
		}
		return "'2026-01-02T03:04:05Z'"
	})
	if unknown != "" {
		return labels, fmt.Errorf("the macro %s is not among those that rules use", unknown)
	}
	parsed, err := pg_query.Parse(expanded)
	if err != nil {
		return labels, err
	}
	if len(parsed.Stmts) != 1 || parsed.Stmts[0].Stmt.GetSelectStmt() == nil {
		return labels, errors.New("one SELECT is meant")
	}
	values := 0
	for _, target := range parsed.Stmts[0].Stmt.GetSelectStmt().TargetList {
		column := target.GetResTarget()
		name := column.Name
		if reference := column.Val.GetColumnRef(); name == "" && reference != nil {
			name = reference.Fields[len(reference.Fields)-1].GetString_().GetSval()
		}
		switch {
		case name == "":
			return labels, errors.New("each column needs a name")
		case name == "value":
			values++
		case labels[name]:
			return labels, fmt.Errorf("the column %s is there twice", name)
		default:
			labels[name] = true
		}
	}
	if values != 1 {
		return labels, errors.New("one column must be named value")
	}
	return labels, nil
}

// expandTemplate expands an annotation as Grafana does: with the functions of Prometheus' templates, and an error
// instead of "[no value]" for a label that is not there.
func expandTemplate(text string, labels map[string]bool) error {
	type value struct {
		Labels map[string]string
		Value  float64
	}
	data := struct {
		Labels map[string]string
		Values map[string]value
		Value  string
	}{map[string]string{}, map[string]value{}, ""}
	for name := range labels {
		data.Labels[name] = "some " + name
	}
	data.Values["A"] = value{data.Labels, 0.25}
	external := &url.URL{Scheme: "https", Host: "grafana.example.com", Path: "/"}
	noQueries := func(context.Context, string, time.Time) (promql.Vector, error) { return nil, nil }
	definitions := "{{- $labels := .Labels -}}{{- $values := .Values -}}{{- $value := .Value -}}"
	expander := template.NewTemplateExpander(context.Background(), definitions+text, "annotation", data,
		model.TimeFromUnix(0), noQueries, external, []string{"missingkey=error"})
	expanded, err := expander.Expand()
	if err == nil && strings.Contains(expanded, "<no value>") {
		err = fmt.Errorf("%q has no value for a name", expanded)
	}
	return err
}
