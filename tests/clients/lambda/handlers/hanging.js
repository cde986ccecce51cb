/** Waits for an answer that never comes. */
const http = require("node:http");

exports.handler = () => new Promise((resolve, reject) => http.get(process.env.NEVER_ANSWERS, resolve).on("error", reject));
