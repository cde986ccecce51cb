module.exports = () => "not the handler";
module.exports.handler = async () => "property of a function";
