import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where each distribution has a nats-server that is new enough: a suite that its own mirrors carry, and the component in it. */
const SUITES = {
  debian: { suite: 'sid', component: 'main', keys: ['debian-archive-keyring.gpg', 'debian-archive-keyring.pgp'] },
  ubuntu: { suite: 'devel', component: 'universe', keys: ['ubuntu-archive-keyring.gpg'] },
}
type Suite = (typeof SUITES)[keyof typeof SUITES]

const run = (program: string, args: string[], cwd: string): string => {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', timeout: 120_000, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const said = (error as { stderr?: string }).stderr
      ?.trim()
      .split('\n')
      .find((line) => /^E:/.test(line))
    throw new Error(`${program} ${args.at(-1)}: ${said ?? (error as Error).message}`, { cause: error })
  }
}

/** The suite of this distribution, or of the one that it says it is like. */
const distribution = (): Suite => {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const names = [...release.matchAll(/^ID(?:_LIKE)?=["']?([a-z -]+)/gm)].flatMap(([, value = '']) => value.split(' '))
  const known = names.find((name): name is keyof typeof SUITES => Object.hasOwn(SUITES, name))
  if (known === undefined) throw new Error(`${names[0] ?? process.platform} has no package that is known here`)
  return SUITES[known]
}

/** The distribution's own keys where this machine keeps them in a file of their own; apt's trusted ones otherwise. */
const signedBy = ({ keys }: Suite): string => {
  const file = keys.map((key) => `/usr/share/keyrings/${key}`).find((path) => existsSync(path))
  return file === undefined ? '' : `[signed-by=${file}] `
}

/** The first mirror of the distribution that this machine's own sources name. */
const ownMirror = (cwd: string): string => {
  const format = ['--format', '$(SITE) $(COMPONENT)', 'Created-By: Packages']
  const lines = run('apt-get', ['indextargets', ...format], cwd).split('\n')
  const site = lines.find((line) => line.endsWith(' main'))?.split(' ')[0]
  if (site === undefined) throw new Error('apt has no sources')
  return site
}

/** An apt of its own: its lists and downloads are in the folder, its only source is the given one; keys, proxies and log-in are the machine's. */
const aptOptions = (folder: string): string[] => {
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true })
  mkdirSync(join(folder, 'archives', 'partial'), { recursive: true })
  return [
    `Dir::Etc::sourcelist=${join(folder, 'sources.list')}`,
    'Dir::Etc::sourceparts=-',
    'Dir::Etc::preferencesparts=-',
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${folder}`,
    `Dir::Cache::archives=${join(folder, 'archives')}`,
    'APT::Sandbox::User=',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=5',
    'Acquire::https::Timeout=5',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option])
}

/**
 * The nats-server of the distribution's newest suite, unpacked from its package without installing anything and without root.
 * apt checks the package against the signed lists of the mirror. Throws with the reason in words.
 */
export const packagedNats = (): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-apt-'))
  try {
    const suite = distribution()
    const source = `deb ${signedBy(suite)}${ownMirror(folder)} ${suite.suite} ${suite.component}\n`
    writeFileSync(join(folder, 'sources.list'), source)
    const options = aptOptions(folder)
    run('apt-get', ['-q', ...options, 'update'], folder)
    run('apt-get', ['-q', ...options, 'download', 'nats-server'], folder)
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb'))
    if (archive === undefined) throw new Error('apt-get download left no package')
    run('dpkg', ['-x', archive, 'unpacked'], folder)
    return readFileSync(join(folder, 'unpacked', 'usr', 'sbin', 'nats-server'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
