import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeHandoverSigns } from '../ports/testing/handover-signs-contract.ts';
import { createHandoverSigns } from './handover-signs.ts';

describe('createHandoverSigns', () => {
	let root: string;
	beforeEach(async () => {
		root = await mkdtemp(path.join(tmpdir(), 'holdfast-handover-'));
		await mkdir(folderOf('a'), { recursive: true });
	});
	afterEach(() => rm(root, { recursive: true, force: true }));

	const folderOf = (serviceName: string): string =>
		path.join(root, 'tmp/balena-supervisor/services/1', serviceName);

	for (const sign of ['handover-complete', 'resin-kill-me']) {
		describeHandoverSigns(`signs given as ${sign}`, () => ({
			signs: createHandoverSigns({ root }),
			give: (_appId, serviceName) => writeFile(path.join(folderOf(serviceName), sign), ''),
		}));
	}

	describeHandoverSigns('signs given as a folder', () => ({
		signs: createHandoverSigns({ root }),
		give: async (_appId, serviceName) => {
			await mkdir(path.join(folderOf(serviceName), 'handover-complete'), { recursive: true });
		},
	}));
});
