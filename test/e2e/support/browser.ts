import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** Debian's, which set-up installs. */
const executablePath = '/usr/bin/chromium';

/** Chromium asks its maker's hosts for much that no test needs. */
const quiet = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-lcd-text', // pictures look alike on all screens, and are smaller
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** A browser with one page, and what went wrong in it. */
export interface TestBrowser {
	readonly page: Page;
	/** Errors of scripts, refusals of the content policy, and messages of the console that tell of errors. */
	readonly errors: string[];
	/** Addresses of all requests. */
	readonly requests: string[];
	close(): Promise<void>;
}

/** Starts Chromium with a new profile. */
export async function openBrowser(): Promise<TestBrowser> {
	const profile = await mkdtemp(join(tmpdir(), 'hf-chromium-'));
	const context: BrowserContext = await chromium.launchPersistentContext(profile, {
		executablePath,
		headless: true,
		args: quiet,
		viewport: { width: 1280, height: 900 },
		colorScheme: 'light',
	});
	const page = context.pages()[0] ?? (await context.newPage());
	const errors: string[] = [];
	const requests: string[] = [];
	page.on('pageerror', (err) => errors.push(err.message));
	page.on('console', (message) => {
		if (message.type() === 'error') errors.push(message.text());
	});
	page.on('request', (request) => requests.push(request.url()));
	return {
		page,
		errors,
		requests,
		async close() {
			await context.close();
			await rm(profile, { recursive: true, force: true });
		},
	};
}
