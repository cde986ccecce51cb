/** Invoked directly. */
exports.handler = async ({ article }) => ({ article, left: 7 });
