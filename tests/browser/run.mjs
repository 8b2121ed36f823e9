// Looks at a built site as a browser does: accessibility rules (axe-core, WCAG 2.2 AA), no sideways scrolling, no script,
// no request that leaves the folder, links and fragments that lead somewhere, weights, and valid HTML (vnu). One page of each kind ×
// language × light and dark × 390 and 1280 px; links, weights and validity for all pages.
//
//   node run.mjs PUBLIC [--shots FOLDER]
//
// Closes with "N passed, N failed"; exit 1 where anything failed.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, mkdtempSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
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

// What relative links lead to nothing, from a folder on disk: a rooted link, a file that is not there, a fragment no element has.
const deadLinks = (files) => {
  const entities = { amp: '&', quot: '"', '#39': "'", lt: '<', gt: '>' }
  const plain = (text) => text.replace(/&(amp|quot|#39|lt|gt);/g, (_, name) => entities[name])
  const pages = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))
  const ids = new Map()
  for (const [file, text] of pages) {
    ids.set(file, new Set([...text.matchAll(/<[^>]*?\sid="([^"]*)"/g)].map((match) => plain(match[1]))))
  }
  const dead = []
  for (const [file, text] of pages) {
    for (const match of text.matchAll(/<(?:a|link|img|script)\s[^>]*?(?:href|src)="([^"]*)"/g)) {
      const href = plain(match[1])
      if (/^[a-z][a-z+.-]*:/i.test(href)) continue
      const [path, fragment] = href.split('#')
      const to = path === '' ? file : resolve(dirname(file), decodeURIComponent(path.split('?')[0]))
      const isThere = !path.startsWith('/') && to.startsWith(publicFolder) && existsSync(to) && statSync(to).isFile()
      const isFound = isThere && (!fragment || !ids.has(to) || ids.get(to).has(decodeURIComponent(fragment)))
      if (!isFound) dead.push(`${relative(publicFolder, file)}: ${href}`)
    }
  }
  return dead
}

// The site under a sub-path of a server: what the pages ask for that is not there.
const failuresUnderASubPath = async (browser, files) => {
  const root = '/some/where/'
  const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
    const file = join(publicFolder, path.slice(root.length))
    if (!path.startsWith(root) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': types[file.split('.').pop()] ?? 'text/plain' }).end(readFileSync(file))
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const failures = []
  const page = await browser.newPage()
  page.on('response', (response) => {
    if (response.status() >= 400) failures.push(`${response.status()} ${response.url()}`)
  })
  for (const { file } of samples(files)) {
    await page.goto(`http://127.0.0.1:${server.address().port}${root}${relative(publicFolder, file)}`)
    // The page that says nothing was found has its style in itself.
    const isStyled = await page.evaluate(() => [...document.styleSheets].some((sheet) => sheet.cssRules.length > 20))
    if (!isStyled) failures.push(`${relative(publicFolder, file)}: no style`)
  }
  await page.close()
  server.close()
  return failures
}

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

  check('no page is over 60 KB', files.filter((f) => statSync(f).size > 60_000).map((f) => `${relative(publicFolder, f)} has ${statSync(f).size} bytes`))
  const css = readdirSync(publicFolder).filter((name) => name.endsWith('.css'))
  const weight = css.reduce((sum, f) => sum + statSync(join(publicFolder, f)).size, 0)
  check('the style sheets are at most 20 KB', weight > 20_000 ? [`${css.join(', ')}: ${weight} bytes`] : [])
  check('every link and fragment within the site leads somewhere', deadLinks(files))
  const scripts = (f) => readFileSync(f, 'utf8').match(/<script(?![^>]*type="application\/ld\+json")[^>]*>/gi) ?? []
  const isSearch = (f) => readFileSync(f, 'utf8').includes('<body class="kind-search">')
  check('no page but the search page loads a script', files.filter((f) => !isSearch(f) && scripts(f).length > 0))
  check('the search page loads one script, a file of the site', files.filter((f) => isSearch(f) && !/^<script src="(\.\.\/\.\.\/search\/)?search\.js" defer="">$/.test(scripts(f).join())))

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
    check('the site works under a sub-path', await failuresUnderASubPath(browser, files))
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
          // The search page is looked at with results on it.
          if (kind === 'search') {
            await page.fill('#q', lang === 'zh-CN' ? '答复' : 'answer')
            await page.waitForSelector('.search-found a')
          }
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
