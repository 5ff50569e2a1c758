// Makes the folder TO hold the page's sources as FROM does, and nothing that was there and is not any more; what npm
// installed and Vite built in TO stays: copy_sources.mjs FROM TO
import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const [from, to] = process.argv.slice(2)
const made = new Set(['node_modules', 'dist', 'installed.stamp', '.vite'])
for (const name of readdirSync(to)) if (!made.has(name)) rmSync(join(to, name), { recursive: true })
for (const name of readdirSync(from)) if (!made.has(name)) cpSync(join(from, name), join(to, name), { recursive: true })
