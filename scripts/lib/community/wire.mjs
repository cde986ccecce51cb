// The parts of PostgreSQL's frontend/backend protocol 3.0 that PGlite leaves to its host: opening a connection, and
// cutting the byte stream at message borders, because PGlite cannot continue half a message and TCP cuts anywhere.
// https://www.postgresql.org/docs/17/protocol-message-formats.html

const PROTOCOL_3_0 = 196608;
const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSSENC_REQUEST = 80877104;
const TERMINATE = "X".charCodeAt(0);
const HEADER = 5; // One byte of type, four of length.
const COPY_IN_REFUSED = "DO $$ BEGIN RAISE EXCEPTION 'COPY FROM STDIN does not work in this build of PostgreSQL' "
  + "USING ERRCODE = 'feature_not_supported'; END $$";

// Reads the start of a connection. Encryption is declined, as by a server without TLS. Returns undefined when there is
// nothing to serve: the client left, or only asked to cancel a query, which cannot run at the same time here.
export async function openingOf(chunks, socket) {
  let bytes = Buffer.alloc(0);
  for (;;) {
    while (bytes.length < 8 || bytes.length < bytes.readInt32BE(0)) {
      const next = await chunks.next();
      if (next.done) return undefined;
      bytes = Buffer.concat([bytes, next.value]);
    }
    const length = bytes.readInt32BE(0);
    const code = bytes.readInt32BE(4);
    const body = bytes.subarray(8, length);
    bytes = bytes.subarray(length);
    if (code === SSL_REQUEST || code === GSSENC_REQUEST) {
      socket.write("N");
    } else if (code === PROTOCOL_3_0) {
      return { ...startupParameters(body), rest: bytes };
    } else {
      if (code !== CANCEL_REQUEST) socket.write(fatal("08P01", `unsupported protocol ${code >> 16}.${code & 0xffff}`));
      return undefined;
    }
  }
}

function startupParameters(body) {
  const words = body.toString("utf8").split("\0");
  const found = {};
  for (let index = 0; index + 1 < words.length && words[index] !== ""; index += 2) found[words[index]] = words[index + 1];
  return { user: found.user, database: found.database ?? found.user };
}

// Yields whole messages, in runs as long as have arrived, until the client says goodbye or leaves.
export async function* messagesOf(chunks, rest) {
  let waiting = [rest];
  let waitingLength = rest.length;
  let needed = HEADER;
  for (;;) {
    if (waitingLength >= needed) {
      const { run, remaining, goodbye } = split(Buffer.concat(waiting));
      if (run.length > 0) yield run;
      if (goodbye) return;
      waiting = [remaining];
      waitingLength = remaining.length;
      needed = remaining.length < HEADER ? HEADER : messageLength(remaining, 0);
    }
    const next = await chunks.next();
    if (next.done) return;
    waiting.push(next.value);
    waitingLength += next.value.length;
  }
}

function split(bytes) {
  const whole = [];
  let start = 0;
  let goodbye = false;
  while (!goodbye && bytes.length >= start + HEADER && bytes.length >= start + messageLength(bytes, start)) {
    const end = start + messageLength(bytes, start);
    goodbye = bytes[start] === TERMINATE;
    if (!goodbye) whole.push(withoutCopyIn(bytes.subarray(start, end)));
    start = end;
  }
  return { run: Buffer.concat(whole), remaining: bytes.subarray(start), goodbye };
}

function messageLength(bytes, start) {
  return 1 + bytes.readInt32BE(start + 1);
}

// COPY FROM STDIN aborts the whole WebAssembly instance, so a statement that raises an error is put in its place: that
// leaves the client's transaction and pipeline in the state that any failed statement would.
function withoutCopyIn(whole) {
  const type = String.fromCharCode(whole[0]);
  if (type !== "Q" && type !== "P") return whole;
  const text = whole.toString("latin1", HEADER);
  if (!/\bcopy\b[^;]*\bfrom\s+stdin\b/i.test(text)) return whole;
  const name = type === "P" ? whole.subarray(HEADER, whole.indexOf(0, HEADER) + 1) : Buffer.alloc(0);
  const parameterTypes = type === "P" ? Buffer.alloc(2) : Buffer.alloc(0);
  return message(type, Buffer.concat([name, Buffer.from(`${COPY_IN_REFUSED}\0`), parameterTypes]));
}

export function authenticationOk(parameters) {
  const authentication = message("R", Buffer.alloc(4));
  const statuses = parameters.map(({ name, value }) => message("S", Buffer.from(`${name}\0${value}\0`)));
  const cancellationKey = message("K", Buffer.alloc(8));
  const readyForQuery = message("Z", Buffer.from("I"));
  return Buffer.concat([authentication, ...statuses, cancellationKey, readyForQuery]);
}

export function fatal(sqlState, text) {
  return message("E", Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${text}\0\0`));
}

export function sync() {
  return message("S", Buffer.alloc(0));
}

function message(type, body) {
  const header = Buffer.alloc(5);
  header.write(type);
  header.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([header, body]);
}
