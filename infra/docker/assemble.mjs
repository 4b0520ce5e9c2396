// node assemble.mjs MAIN, in a workspace installed for production: puts the package of that program, what it depends on, and
// nothing else, into /app.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'

const [main = ''] = process.argv.slice(2)
const workspace = process.cwd()
/** Where pnpm keeps each package beside links to its dependencies. */
const store = join(workspace, 'node_modules', '.pnpm')
/** What is for those who write code: types, source maps, tests and commands of dependencies. */
const LEFT_OUT = /(\.d\.[cm]?ts|\.map|\.test\.[cm]?[jt]s|\/node_modules\/\.bin)$/

const folders = new Set()
visit(join(workspace, dirname(dirname(main))))
for (const folder of folders) {
  const target = join('/app', relative(workspace, folder))
  mkdirSync(dirname(target), { recursive: true })
  // Links stay links: they are relative, and where they lead is copied as well.
  cpSync(folder, target, { recursive: true, verbatimSymlinks: true, filter: (file) => !LEFT_OUT.test(file) })
}
for (const file of ['package.json', 'LICENSE', 'infra/docker/healthcheck.mjs']) {
  cpSync(join(workspace, file), join('/app', basename(file)))
}
// Once, so that Node's compile cache is part of the image: sources are stripped of their types here and never again.
execFileSync(process.execPath, [main, '--help'], {
  cwd: '/app',
  env: { ...process.env, NODE_COMPILE_CACHE: '/app/.compile-cache' },
})

/** Takes a package and, by the links to them, what it depends on. */
function visit(/** @type {string} */ place) {
  const path = realpathSync(place)
  const inStore = path.startsWith(store + sep)
  // A package of the store goes with the links beside it, a package of the workspace has them inside.
  const folder = inStore ? join(store, relative(store, path).split(sep)[0] ?? '') : path
  if (folders.has(folder)) return
  folders.add(folder)
  for (const link of linksIn(join(folder, 'node_modules'))) visit(link)
}

/** Links to packages, also those in scopes. */
function linksIn(/** @type {string} */ modules) {
  if (!existsSync(modules)) return []
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(join(modules, name)).map((inner) => join(modules, name, inner))
        : [join(modules, name)],
    )
    .filter((path) => lstatSync(path).isSymbolicLink())
}
