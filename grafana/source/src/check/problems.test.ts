import assert from "node:assert/strict";
import { test } from "node:test";

import { folder } from "../files";
import { type Board, type BoardFile, type BoardPanel, read } from "./dashboard";
import { ofContents, problems } from "./problems";
import { ofTypes } from "./types";

const files = read(folder);

/** The dashboards with a fault in Home. */
function withFault(damage: (home: Board, panel: (title: string) => BoardPanel) => void): BoardFile[] {
  return files.map((file) => {
    if (file.name !== "home.json") return file;
    const board = structuredClone(file.board);
    damage(board, (title) => {
      const panel = board.panels.find((one) => one.title === title);
      assert.ok(panel, `Home has no panel ${title}`);
      return panel;
    });
    return { ...file, board, text: JSON.stringify(board, null, 2) };
  });
}

const faults: [string, RegExp, Parameters<typeof withFault>[0]][] = [
  ["an id twice", /two panels have the id 1/, (_, panel) => (panel("Error rate").id = 1)],
  ["an overlap", /overlaps/, (_, panel) => (panel("Error rate").gridPos.x = 3)],
  ["a panel outside the grid", /not inside the grid/, (_, panel) => (panel("Error rate").gridPos.w = 25)],
  ["no unit", /has no unit/, (_, panel) => delete panel("Invocations").fieldConfig?.defaults.unit],
  ["no description", /has no description/, (_, panel) => delete panel("Functions").description],
  ["nothing said without data", /says nothing/, (_, panel) => delete panel("Functions").fieldConfig?.defaults.noValue],
  ["an unknown data source", /not provisioned/, (_, panel) => (panel("Functions").datasource = { uid: "other" })],
  ["another uid", /nobody expects the uid/, (home) => (home.uid = "firefly-house")],
  [
    "SQL that is not quoted",
    /without the format sqlstring/,
    (_, panel) => setSql(panel("Invocations"), "'${function}'"),
  ],
  ["SQL of all times", /not limited to the time range/, (_, panel) => setSql(panel("Invocations"), "SELECT 1 LIMIT 1")],
  [
    "SQL without a limit",
    /has no LIMIT/,
    (_, panel) => setSql(panel("Invocations"), "SELECT $__timeFrom() ORDER BY 1"),
  ],
  [
    "brackets in a macro",
    /brackets inside the macro/,
    (_, panel) => setSql(panel("Invocations"), "$__timeFilter(a(b))"),
  ],
  [
    "an unknown variable",
    /variable regions, which is not there/,
    (_, panel) => setSql(panel("Invocations"), "${regions:sqlstring}"),
  ],
  [
    "a link to nowhere",
    /firefly-house, which is not there/,
    (_, panel) => addLink(panel("Functions"), "/d/firefly-house?${__url_time_range}"),
  ],
  [
    "a link that loses the time range",
    /loses the time range/,
    (_, panel) => addLink(panel("Functions"), "/d/firefly-trace?var-traceID=1"),
  ],
  [
    "a link with a time range of its own",
    /time range of its own/,
    (_, panel) => addLink(panel("Functions"), "/d/firefly-trace?${__url_time_range}&from=now-3h"),
  ],
  [
    "a link to a variable that is not there",
    /sets the variable traceID, which Function/,
    (_, panel) => addLink(panel("Functions"), "/d/firefly-function?var-traceID=1&${__url_time_range}"),
  ],
  [
    "a link with a column that is not there",
    /column of_no_query/,
    (_, panel) =>
      addLink(panel("Functions"), "/d/firefly-trace?var-traceID=${__data.fields.of_no_query}&${__url_time_range}"),
  ],
];

const wrongTypes: typeof faults = [
  [
    "a value that Grafana does not have",
    /colourful/,
    (_, panel) => Object.assign(panel("Invocations"), { options: { colorMode: "colourful" } }),
  ],
  [
    "a property that Grafana does not have",
    /lineWith/,
    (_, panel) => Object.assign(panel("Errors by function").fieldConfig?.defaults ?? {}, { custom: { lineWith: 1 } }),
  ],
];

function setSql(panel: BoardPanel, rawSql: string): void {
  const [target] = panel.targets ?? [];
  assert.ok(target);
  target.rawSql = rawSql;
}

function addLink(panel: BoardPanel, url: string): void {
  panel.links = [{ title: "Somewhere", url }];
}

test("the dashboards have no problems", () => {
  assert.deepEqual(problems(files), []);
});

for (const [check, cases] of [
  [ofContents, faults],
  [ofTypes, wrongTypes],
] as const) {
  for (const [name, expected, damage] of cases) {
    test(`the check finds ${name}`, () => {
      const found = check(withFault(damage));
      assert.ok(
        found.some((problem) => expected.test(problem)),
        `found only ${JSON.stringify(found)}`,
      );
    });
  }
}
