/**
 * Rules of our own for oxlint.
 * @typedef {{ loc: { start: { line: number }, end: { line: number } } }} FunctionNode
 * @typedef {{
 *   options: readonly [{ max: number }],
 *   sourceCode: { lines: readonly string[] },
 *   report: (problem: { node: FunctionNode, message: string }) => void
 * }} Context
 */

/** Lines of a function that are not those of a function within it, blank ones and comments left out. */
const ownLines = {
  meta: { schema: [{ type: 'object', properties: { max: { type: 'integer' } }, additionalProperties: false }] },
  /** @param {Context} context */
  create(context) {
    const [{ max }] = context.options
    /** @type {number[]} Lines of the functions within each open function. */
    const open = []
    const enter = () => void open.push(0)
    /** @param {FunctionNode} node */
    const leave = (node) => {
      const { start, end } = node.loc
      const all = context.sourceCode.lines.slice(start.line - 1, end.line).filter(isCode).length
      const own = all - (open.pop() ?? 0)
      if (open.length > 0) open.push((open.pop() ?? 0) + all)
      if (own > max) context.report({ node, message: `This function has ${own} lines of its own. At most ${max}.` })
    }
    return {
      FunctionDeclaration: enter,
      FunctionExpression: enter,
      ArrowFunctionExpression: enter,
      'FunctionDeclaration:exit': leave,
      'FunctionExpression:exit': leave,
      'ArrowFunctionExpression:exit': leave,
    }
  },
}

/** @param {string} line */
function isCode(line) {
  return !/^\s*($|\/\/|\/\*|\*)/.test(line)
}

// As oxlint wants a plugin.
// oxlint-disable-next-line import/no-default-export
export default { meta: { name: 'imchannel' }, rules: { 'own-lines': ownLines } }
