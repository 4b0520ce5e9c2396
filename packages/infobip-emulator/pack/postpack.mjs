// Puts back what prepack changed.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { backup, licence, manifest } from './places.mjs'

if (existsSync(backup)) renameSync(backup, manifest)
rmSync(licence, { force: true })
