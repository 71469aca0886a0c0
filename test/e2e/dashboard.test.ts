import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import type { Composition } from '../support/stage.ts';
import { readApiKey } from '../support/supervisor-process.ts';
import { untilRuns } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';
import { baseImage } from '../integration/support/images.ts';
import { openBrowser, type TestBrowser } from './support/browser.ts';

const shots = 'artifacts/dashboard';
const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };

const run = promisify(execFile);

const talk =
	'n=0; while :; do n=$((n+1)); echo "tick $n"; [ $((n % 5)) = 0 ] && echo "late $n" >&2; sleep 1; done';

const composition = (greeting: string): Composition => ({
	services: {
		web: {
			restart: 'always',
			command: ['sh', '-c', `trap 'exit 0' TERM; ${talk} & wait`],
			environment: { GREETING: greeting },
			volumes: ['data:/data'],
			security_opt: ['label=disable'],
		},
		worker: {
			restart: 'always',
			volumes: ['data:/data'],
			healthcheck: { test: ['CMD', 'true'], interval: '1s' },
			depends_on: { web: { condition: 'service_started' } },
		},
	},
	networks: {},
	volumes: { data: {} },
});

interface Violation {
	readonly id: string;
	readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Looks at the page as it stands with axe-core. */
async function violationsOf(page: Page): Promise<string[]> {
	const source = await readFile(
		createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
		'utf8',
	);
	await page.evaluate(source); // by the debugger: the content policy of the page lets nothing else in
	const found = await page.evaluate<Violation[]>(
		"axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
	);
	return found.map(({ id, nodes }) =>
		[id, ...nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`)].join('\n'),
	);
}

/** One story: each test goes on where the one before ended. */
describe('the dashboard', () => {
	const stage = useStage();
	let browser: TestBrowser;
	let page: Page;
	let origin: string;

	const service = (name: string) => page.locator(`[data-service="${name}"]`);
	const shoot = async (name: string): Promise<void> => {
		await page.screenshot({ path: `${shots}/${name}.png`, animations: 'disabled' });
	};
	const images = (
		...names: ('web1' | 'web2' | 'worker1' | 'worker2')[]
	): Record<string, string> => {
		const [web = 'web1', worker = 'worker1'] = names;
		return { web: stage().registry.images[web], worker: stage().registry.images[worker] };
	};

	before('a browser', async function () {
		this.timeout(60_000);
		await rm(shots, { recursive: true, force: true });
		await mkdir(shots, { recursive: true });
		browser = await openBrowser();
		page = browser.page;
		page.setDefaultTimeout(30_000);
	});
	afterEach(async function () {
		if (this.currentTest?.state === 'failed') await shoot(`failed-${Date.now()}`);
	});
	after(async () => {
		await (browser as TestBrowser | undefined)?.close();
	});

	before('a device with an app', async () => {
		const release = await stage().release(composition('hello'), images());
		await stage().configure(stage().config);
		await stage().start();
		await untilRuns(stage(), release);
		origin = `http://127.0.0.1:${stage().folder.apiPort}`;
	});

	it('must be there without a key, and ask for one', async () => {
		await page.goto(origin);
		await page.getByRole('heading', { name: 'Key needed' }).waitFor();
		expect(await violationsOf(page)).to.deep.equal([]);
		await shoot('key');
		await page.getByLabel('A key of').fill('0'.repeat(32));
		await page.getByRole('button', { name: 'Use key' }).click();
		await page.getByRole('alert').waitFor();
	});

	it('must show the device and its services with their states', async () => {
		await page.getByLabel('A key of').fill(await readApiKey(stage().folder));
		await page.getByRole('button', { name: 'Use key' }).click();
		await service('web').getByText('Running').waitFor();
		await service('worker').getByText('Running, healthy').waitFor();
		await page.getByRole('heading', { name: 'Device', exact: true }).waitFor();
		await page.getByText('security_opt').waitFor({ state: 'attached' });
		await service('web').getByText(/MB|kB/).waitFor();
		expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).to.equal('{}');
	});

	it('must please axe-core, bright and dark, on a desk and in a hand', async () => {
		for (const name of ['web', 'worker']) await service(name).getByText(/MB|kB/).waitFor();
		for (const theme of ['light', 'dark']) {
			await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
			for (const [name, size] of Object.entries({ phone, desktop })) {
				await page.setViewportSize(size);
				expect(await violationsOf(page), `${theme} ${name}`).to.deep.equal([]);
				await page.screenshot({ path: `${shots}/${name}-${theme}.png`, fullPage: true });
				const width = await page.evaluate('document.documentElement.scrollWidth');
				expect(width).to.be.at.most(size.width);
			}
		}
		await page.evaluate("document.documentElement.dataset.theme = 'light'");
	});

	it('must show logs as they come, and search in them', async () => {
		await page.getByRole('button', { name: 'Logs of web' }).click();
		const dialog = page.getByRole('dialog', { name: 'Logs of web' });
		await dialog
			.getByText(/^tick \d+$/)
			.last()
			.waitFor();
		await shoot('logs');
		expect(await violationsOf(page)).to.deep.equal([]);
		await dialog.getByRole('searchbox').fill('LATE');
		await dialog.getByText('late').first().waitFor();
		expect(await dialog.getByText('tick').count()).to.equal(0);
		await page.setViewportSize(phone);
		await shoot('logs-phone');
		await page.setViewportSize(desktop);
		await dialog.getByRole('button', { name: 'Close logs' }).click();
		await dialog.waitFor({ state: 'detached' });
	});

	it('must stop and start a service, by the keyboard alone', async () => {
		await page.getByRole('button', { name: 'Stop worker' }).focus();
		await page.keyboard.press('Enter');
		const dialog = page.getByRole('dialog', { name: 'Stop worker?' });
		await dialog.waitFor();
		expect(await violationsOf(page)).to.deep.equal([]);
		await shoot('confirm');
		await dialog.getByRole('button', { name: 'Stop' }).focus();
		await page.keyboard.press('Enter');
		await page.getByText('worker was stopped.').waitFor();
		await service('worker')
			.getByText(/stopped/i)
			.first()
			.waitFor();
		await page.getByRole('button', { name: 'Start worker', exact: true }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
		await service('worker').getByText('Running').waitFor();
	});

	it('must name the lock that is in the way, and override it when told', async () => {
		const { root } = stage().folder;
		const folder = `tmp/balena-supervisor/services/${stage().fleet.id}/web`;
		const lock = join(root, folder, 'updates.lock');
		await mkdir(dirname(lock), { recursive: true });
		await writeFile(lock, '');
		await page.getByRole('button', { name: 'Restart web' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
		const dialog = page.getByRole('dialog', { name: 'Override the update lock?' });
		await dialog.getByText('updates.lock').waitFor();
		await shoot('lock');
		await dialog.getByRole('button', { name: 'Override lock' }).click();
		await page.getByText('web was restarted.').waitFor();
	});

	it('must show an update as it goes, step by step', async () => {
		const release = await stage().release(composition('hello again'), images('web2', 'worker2'));
		await stage().api.post('/v1/update');
		const commit = release.commit.slice(0, 8);
		const isAtWork = page.locator('.step.running').or(page.getByText(`→ ${commit}`));
		await isAtWork.or(page.getByText(commit)).first().waitFor();
		await shoot('update');
		await untilRuns(stage(), release, { withinMs: 120_000 });
		await page.getByText(commit).first().waitFor();
		await page.getByText('Settled').waitFor();
		const plan = page.locator('.plan');
		await plan.getByText(/(\d+) of \1 steps done/).waitFor();
		await plan.locator('summary').click();
		await plan.locator('.step.done').first().waitFor();
		await shoot('updated');
		await page.getByRole('heading', { name: 'History' }).waitFor();
		await page.locator('.history li').first().waitFor();
	});

	it('must look as the picture of the README shows it', async function () {
		const isWanted = process.env['UPDATE_SCREENSHOT'] === '1';
		const path = isWanted ? 'docs/dashboard.png' : `${shots}/readme.png`;
		await service('worker').getByText('Running, healthy').waitFor();
		for (const name of ['web', 'worker']) await service(name).getByText(/MB|kB/).waitFor();
		if (isWanted) {
			this.timeout(120_000);
			await page.getByText('was restarted.').waitFor({ state: 'detached' });
			await page.waitForTimeout(40_000); // so that the lines of memory and processor tell something
		}
		await page.screenshot({ path, animations: 'disabled', clip: { x: 0, y: 0, ...desktop } });
		expect((await stat(path)).size).to.be.above(20_000);
		// A Debian package; without it the picture cannot be made anew.
		if (isWanted) await run('pngquant', ['--force', '--output', path, '256', path]);
		expect(await violationsOf(page)).to.deep.equal([]);
		const width = await page.evaluate('document.documentElement.scrollWidth');
		expect(width).to.be.at.most(desktop.width);
	});

	it('must find the device again by itself when the supervisor restarts', async () => {
		await stage().supervisor().stop();
		await page.getByText('No answer, reconnecting').waitFor();
		await shoot('lost');
		await stage().start();
		await page.locator('[data-connection="live"]').waitFor();
		await service('web').getByText('Running').waitFor();
	});

	it('must ask nobody but the device, and break no rule of its own policy', () => {
		const foreign = browser.requests.filter(
			(url) => !url.startsWith(origin) && !url.startsWith('data:'),
		);
		expect(foreign).to.deep.equal([]);
		const own = browser.errors.filter(
			(text) => !/status of (401|423)|ERR_|network error/i.test(text),
		);
		expect(own).to.deep.equal([]);
	});

	it('must show the document of the API', async () => {
		await page.goto(`${origin}/v3/docs`);
		await page.getByText('The device, its apps and their services').first().waitFor();
		await shoot('docs');
		const own = browser.errors.filter((text) => /Content Security Policy/i.test(text));
		expect(own).to.deep.equal([]);
		await eventually('an operation that opens', async () => {
			await page.locator('.opblock-summary-control').first().click();
			return (await page.locator('.opblock-body').count()) > 0 ? true : undefined;
		});
	});
});

describe('the dashboard of a device without a cloud', () => {
	const stage = useStage();
	let browser: TestBrowser;

	before('a device and a browser', async () => {
		const { listenPort } = stage().config;
		await stage().configure({ listenPort, deviceType: 'generic-amd64' });
		await stage().start();
		await mkdir(shots, { recursive: true });
		browser = await openBrowser();
	});
	after(async () => {
		await (browser as TestBrowser | undefined)?.close();
	});

	it('must ask for no key, and show an app as soon as it is set', async () => {
		const { page } = browser;
		page.setDefaultTimeout(60_000);
		const origin = `http://127.0.0.1:${stage().folder.apiPort}`;
		await page.goto(origin);
		await page.getByRole('heading', { name: 'No apps yet' }).waitFor();
		await page.getByText('none: unmanaged').waitFor();
		expect(await violationsOf(page)).to.deep.equal([]);
		await page.screenshot({ path: `${shots}/empty.png` });
		const service = { id: 1, image_id: 1, image: baseImage, environment: {}, labels: {} };
		const composition = { command: ['sh', '-c', "trap 'exit 0' TERM; sleep 9999 & wait"] };
		const release = { id: 1, services: { main: { ...service, composition } } };
		const app = { id: 77, name: 'by-hand', class: 'fleet', releases: { abcdef: release } };
		const set = await fetch(`${origin}/v3/device/apps/${'f'.repeat(32)}`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(app),
		});
		expect(set.status).to.equal(202);
		await page.locator('[data-service="main"]').getByText('Running').waitFor();
		expect(browser.errors).to.deep.equal([]);
	});
});
