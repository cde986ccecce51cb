package main

import (
	"encoding/json"
	"os"
)

// The fields that Grafana's loader takes (pkg/services/provisioning/dashboards/types.go).
type dashboardFile struct {
	APIVersion int        `yaml:"apiVersion"`
	Providers  []provider `yaml:"providers"`
}

type provider struct {
	OrgID                 int    `yaml:"orgId"`
	Name                  string `yaml:"name"`
	Type                  string `yaml:"type"`
	Folder                string `yaml:"folder"`
	FolderUID             string `yaml:"folderUid"`
	DisableDeletion       bool   `yaml:"disableDeletion"`
	AllowUIUpdates        bool   `yaml:"allowUiUpdates"`
	UpdateIntervalSeconds int    `yaml:"updateIntervalSeconds"`
	Options               struct {
		Path                      string `yaml:"path"`
		FoldersFromFilesStructure bool   `yaml:"foldersFromFilesStructure"`
	} `yaml:"options"`
}

// checkDashboards checks who provides dashboards, and learns their uids. What is in a dashboard has a checker of its own.
func (c *checkout) checkDashboards() {
	for _, file := range c.filesIn("grafana", "provisioning", "dashboards", "*.yaml") {
		var content dashboardFile
		if !c.read(file, &content) {
			continue
		}
		for _, provider := range content.Providers {
			path := c.expand(file, provider.Options.Path)
			if content.APIVersion != 1 || provider.Type != "file" || path == "" || provider.AllowUIUpdates ||
				provider.Folder == "" || provider.FolderUID == "" || provider.Options.FoldersFromFilesStructure {
				c.wrong(file, "provider %q: a file provider with path, folder and folderUid is meant", provider.Name)
			}
		}
	}
	for _, file := range c.filesIn("grafana", "dashboards", "*.json") {
		var dashboard struct {
			UID string `json:"uid"`
		}
		content, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(content, &dashboard)
		}
		if err != nil {
			c.wrong(file, "%v", err)
		}
		c.dashboards[dashboard.UID] = true
	}
}
