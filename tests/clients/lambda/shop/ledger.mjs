/** The end of the chain. */
export const handler = async ({ Records }) => Records.length;
