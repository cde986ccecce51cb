const { work } = require("./work.js");

exports.handler = (event, context, callback) => {
  work().then((result) => { callback(null, { result, event }); }, callback);
};
