// Opens every page of a hostile site, touches everything on it, and sees that nothing runs and nothing is asked for.
//
//   node hostile.mjs PUBLIC
//
// The site is tests/hostile/site: `answerable build --root tests/hostile/site --out PUBLIC`. Closes with "N passed, N failed".

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const publicFolder = resolve(process.argv[2] ?? '../../public')
if (!existsSync(join(publicFolder, 'index.html'))) throw new Error(`${publicFolder} holds no site: build it first`)

const pages = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return pages(path)
      return /\.(html|svg|xml)$/.test(entry.name) ? [path] : []
    })

// Runs in the page: touches every element, and says what could run or lead to running.
const touch = () => {
  const found = []
  const events = ['mouseover', 'mouseenter', 'focus', 'click', 'toggle', 'error', 'load', 'begin', 'animationstart', 'submit']
  const forbidden = ['script:not([type="application/ld+json"])', 'iframe', 'object', 'embed', 'form', 'base', 'meta[http-equiv]', 'style', 'frame', 'applet', 'input', 'button', 'foreignObject', 'animate', 'set']
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on')) found.push(`${element.localName} has ${name}`)
      if (['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'srcdoc'].includes(name) && /^\s*(javascript|data|vbscript):/i.test(value)) found.push(`${element.localName} ${name}=${value.slice(0, 60)}`)
    }
    // Links are not followed: where they go was looked at above.
    if (element.localName !== 'a') for (const event of events) element.dispatchEvent(new Event(event, { bubbles: true }))
  }
  // The page that says nothing was found has its style in itself; feeds get the browser's own.
  const hasStyle = /(404\.html|\.xml)$/.test(location.pathname)
  // The line above every printed page is a style of its own, and holds nothing but that line.
  const runs = [...document.querySelectorAll('style[media=print]')]
  if (runs.length === 1 && /^@page\{@top-left\{content:"[^"\\<>\n]*"\}\}$/.test(runs[0].textContent) && runs[0].sheet.cssRules.length === 1) runs[0].remove()
  // The search page has its field, and loads scripts of the site that hold nothing in themselves.
  const ofSearch = (element) => (element.localName === 'script' ? element.textContent === '' && !/^[a-z]*:|^\//i.test(element.getAttribute('src')) : element.closest('.search-box') !== null)
  const isSearch = document.body?.classList.contains('kind-search')
  for (const selector of forbidden) {
    if (selector === 'style' && hasStyle) continue
    if (isSearch && /^(script|form|input|button)/.test(selector) && [...document.querySelectorAll(selector)].every(ofSearch)) continue
    if (document.querySelector(selector)) found.push(`there is a ${selector}: ${document.querySelector(selector).outerHTML.slice(0, 120)}`)
  }
  if (globalThis.ran?.length) found.push(`it ran: ${globalThis.ran.join(', ')}`)
  return found
}

const profile = mkdtempSync(join(tmpdir(), 'answerable-hostile-'))
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
let passed = 0
let failed = 0
let trapped = []
try {
  const page = await browser.newPage()
  await page.addInitScript(() => {
    globalThis.ran = []
    globalThis.pwned = (what) => globalThis.ran.push(String(what))
  })
  page.on('dialog', (dialog) => {
    trapped.push(`dialog: ${dialog.message()}`)
    dialog.dismiss()
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith('file:')) trapped.push(`request: ${url.slice(0, 120)}`)
  })
  page.on('popup', () => trapped.push('a window was opened'))

  // The trap itself must catch: a page that attacks in each way is seen to.
  const bait = join(profile, 'bait.html')
  writeFileSync(bait, '<img src=x onerror="pwned(1)"><script>pwned(2); alert(3)</script><img src="https://evil.example/x.png">')
  await page.goto(pathToFileURL(bait).href)
  const caught = [...(await page.evaluate(touch)), ...trapped].join('; ')
  for (const sign of ['has onerror', 'there is a script', 'it ran: 2', 'dialog: 3', 'request: https://evil.example']) {
    if (!caught.includes(sign)) throw new Error(`the trap does not catch "${sign}": ${caught}`)
  }

  for (const file of pages(publicFolder)) {
    trapped = []
    await page.goto(pathToFileURL(file).href)
    const problems = [...(await page.evaluate(touch)), ...trapped]
    if (/search.index\.html$/.test(file)) {
      // What the attacks are made of is looked for, so that they stand among the results.
      for (const words of ['script', 'onerror', 'svg', 'pwned', 'javascript']) {
        await page.goto(`${pathToFileURL(file).href}?q=${words}`)
        await page.waitForFunction(() => document.querySelector('.search-status').textContent !== '')
        if (!(await page.$('.search-found a'))) problems.push(`"${words}" is not found`)
        problems.push(...(await page.evaluate(touch)), ...trapped)
      }
    }
    if (problems.length === 0) {
      passed += 1
      continue
    }
    failed += 1
    console.log(`FAILED ${relative(publicFolder, file)}`)
    for (const problem of problems.slice(0, 5)) console.log(`   ${problem}`)
  }
} finally {
  await browser.close()
  rmSync(profile, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
