module.exports = Object.freeze({ handler: async () => "frozen" });
