const { work } = require("./work.js");

exports.handler = async (event) => ({ result: await work(), event });
exports.slow = () => new Promise((resolve) => { setTimeout(resolve, 60_000); });
exports.failing = async () => { throw new TypeError("no such order"); };
exports.plain = async () => "plain";
exports.many = async () => {
  const downstream = process.env.DOWNSTREAM;
  await Promise.all(Array.from({ length: 700 }, async () => (await fetch(`${downstream}/fetch`)).text()));
  return "many";
};
