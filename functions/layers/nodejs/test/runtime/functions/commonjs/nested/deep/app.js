const { work } = require("../../work.js");

exports.orders = { create: { handler: async (event) => ({ result: await work(), event }) } };
