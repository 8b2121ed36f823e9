// Looks for things in a built site as a reader does: from a folder and over a server under a sub-path, in both languages, with
// and without JavaScript. The server forbids all but the site's own files, as a careful office's would.
//
//   node search.mjs PUBLIC
//
// PUBLIC is the example site. Closes with "N passed, N failed"; exit 1 where anything failed.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const publicFolder = resolve(process.argv[2] ?? '../../public')
if (!existsSync(join(publicFolder, 'search/index.html'))) throw new Error(`${publicFolder} holds no search page: build the example first`)

let passed = 0
let failed = 0
const check = (claim, holds, seen) => {
  if (holds) passed += 1
  else failed += 1
  if (!holds) console.log(`FAILED ${claim}\n   ${seen}`)
}

const root = '/some/where/'
const types = { html: 'text/html; charset=utf-8', css: 'text/css', svg: 'image/svg+xml', js: 'text/javascript; charset=utf-8' }
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
  const file = join(publicFolder, path.slice(root.length))
  if (!path.startsWith(root) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end()
    return
  }
  const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'"
  response.writeHead(200, { 'content-type': types[file.split('.').pop()] ?? 'text/plain', 'content-security-policy': policy }).end(readFileSync(file))
})
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
const overHttp = `http://127.0.0.1:${server.address().port}${root}`
const fromFolder = `${pathToFileURL(publicFolder).href}/`

const profile = mkdtempSync(join(tmpdir(), 'answerable-search-'))
const launch = (more) =>
  chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ...more,
  })

// Words and what must stand first (its address), in each language.
const wanted = {
  'search/': [
    ['water bureau', /^hotline\/department\/shi-shui-wu-ju\//],
    ['Water Bureaus', /^hotline\/department\/shi-shui-wu-ju\//],
    ['article 4', /^policy\/time-limits\/.*#article-4$/],
    ['how time is counted', /^policy\/time-limits\/.*#article-4$/],
    ['promises kept', /^promises\//],
    ['2024', /^hotline\/year\/2024\//],
    ['complaint about staff', /^complain\/.*#conduct$/],
    ['ｐｒｏｍｉｓｅｓ', /^promises\//],
  ],
  'zh-CN/search/': [
    ['水务局', /^zh-CN\/hotline\/department\/shi-shui-wu-ju\//],
    ['shuiwu', /^zh-CN\/hotline\/department\/shi-shui-wu-ju\//],
    ['swj', /^zh-CN\/hotline\/department\/shi-shui-wu-ju\//],
    ['第四条', /^zh-CN\/policy\/time-limits\/.*#article-4$/],
    ['首次答复', /^zh-CN\/policy\/time-limits\/.*#article-6$/],
    ['承诺', /^zh-CN\/promises\//],
    ['２０２４年', /^zh-CN\/hotline\/year\/2024\//],
    ['路灯不亮 东湖大道', /^zh-CN\/hotline\/cases\/gd/],
  ],
}

const results = async (page, words) => {
  await page.fill('#q', words)
  await page.press('#q', 'Enter')
  await page.waitForFunction(() => document.querySelector('.search-status').textContent !== '')
  return page.$$eval('.search-found a', (links) => links.map((link) => ({ href: link.href, title: link.textContent })))
}

const look = async (browser, base) => {
  for (const [folder, queries] of Object.entries(wanted)) {
    const page = await browser.newPage()
    const faults = []
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    page.on('dialog', (dialog) => {
      faults.push(`dialog: ${dialog.message()}`)
      dialog.dismiss()
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(base)) faults.push(`request: ${request.url()}`)
      if (/[?&]q=/.test(request.url()) && !request.isNavigationRequest()) faults.push(`the words leave the page: ${request.url()}`)
    })
    for (const [words, first] of queries) {
      await page.goto(`${base}${folder}index.html`)
      const found = await results(page, words)
      const href = found[0]?.href.slice(base.length) ?? 'nothing'
      check(`${base.slice(0, 5)} ${folder} "${words}" finds its page first`, first.test(href), href)
      check(`"${words}" is told with its number`, /\d/.test(await page.textContent('.search-status')), await page.textContent('.search-status'))
      // A name found by its pinyin has nothing to mark.
      const isPinyin = folder.startsWith('zh') && /^[a-z]+$/.test(words)
      check(`"${words}" is marked`, isPinyin || (await page.$$('.search-found mark')).length > 0, 'no mark')
      await Promise.all([page.waitForEvent('load'), page.click('.search-found a')])
      const { hash } = new URL(page.url())
      const isThere = hash === '' || (await page.evaluate((id) => document.getElementById(id) !== null, decodeURIComponent(hash.slice(1))))
      check(`"${words}" leads somewhere`, page.url().startsWith(base) && isThere, page.url())
    }

    await page.goto(`${base}${folder}index.html?q=${encodeURIComponent(queries[0][0])}`)
    await page.waitForSelector('.search-found a')
    check(`${folder} takes words from its address`, queries[0][1].test((await page.$eval('.search-found a', (a) => a.href)).slice(base.length)), page.url())
    const before = (await page.$$('.search-found li')).length
    await page.focus('.search-more')
    await page.keyboard.press('Enter')
    await page.waitForFunction((n) => document.querySelectorAll('.search-found li').length > n, before)
    const isAtNext = await page.evaluate((n) => document.querySelectorAll('.search-found li')[n].contains(document.activeElement), before)
    check(`${folder} goes on by keyboard`, isAtNext, 'the focus is not on the first of the new results')

    const hostile = '<img src=x onerror=alert(1)> "\'</script> __proto__ constructor [].constructor'
    await page.goto(`${base}${folder}index.html`)
    await results(page, hostile)
    check(`${folder} shows hostile words as words`, (await page.$$('.search-box img')).length === 0, 'there is an image')
    check(`${folder} finds nothing where nothing is`, (await results(page, 'xyzzyplugh')).length === 0, 'there are results')
    await page.fill('#q', '')
    await page.waitForFunction(() => document.querySelector('.search-status').textContent === '')
    check(`${folder} nothing runs, leaves or fails`, faults.length === 0, faults.slice(0, 3).join('; '))

    // From any page the way to it.
    await page.goto(`${base}${folder.replace('search/', '')}index.html`)
    await page.click('.find a')
    check(`${folder} is one step from the home page`, page.url().startsWith(`${base}${folder}`), page.url())
    await page.close()
  }
}

const withoutScript = async (browser) => {
  for (const folder of Object.keys(wanted)) {
    const page = await browser.newPage()
    await page.goto(`${fromFolder}${folder}index.html`)
    const isShown = await page.isVisible('noscript p')
    check(`${folder} says that it needs JavaScript`, isShown && (await page.textContent('noscript p')).includes('JavaScript'), 'it does not')
    check(`${folder} has no field that does nothing`, !(await page.isVisible('#q')), 'the field is shown')
    await page.click('main a[href*="a-z/"]')
    check(`${folder} leads to the index by name`, existsSync(fileURLToPath(page.url())) && page.url().includes('a-z/'), page.url())
    await page.close()
  }
}

try {
  for (const base of [fromFolder, overHttp]) {
    const browser = await launch()
    await look(browser, base)
    await browser.close()
  }
  const plain = await launch({ javaScriptEnabled: false })
  await withoutScript(plain)
  await plain.close()
} finally {
  server.close()
  rmSync(profile, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
