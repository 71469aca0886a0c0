import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { format, getFileInfo, resolveConfig } from 'prettier';
import type { GeneratedDocument } from './document.ts';
import { documents } from './documents.ts';

const root = path.join(import.meta.dirname, '../..');

/** The document's text, formatted as the rest of the repository where its form is known. */
async function render({ path: name, make }: GeneratedDocument): Promise<string> {
	const filePath = path.join(root, name);
	if ((await getFileInfo(filePath)).inferredParser === null) return await make();
	return format(await make(), { ...(await resolveConfig(filePath)), filepath: filePath });
}

async function isStale(document: GeneratedDocument): Promise<boolean> {
	const present = await readFile(path.join(root, document.path), 'utf8').catch(() => '');
	return present !== (await render(document));
}

async function write(document: GeneratedDocument): Promise<void> {
	const filePath = path.join(root, document.path);
	await mkdir(path.dirname(filePath), { recursive: true });
	await writeFile(filePath, await render(document));
	console.log(`wrote ${document.path}`);
}

async function run({ check = false }: { check?: boolean }): Promise<void> {
	const found = await Promise.all(documents.map(isStale));
	const stale = documents.filter((_, index) => found[index]);
	if (!check) {
		await Promise.all(stale.map(write));
		if (stale.length === 0) console.log('all documents are fresh');
		return;
	}
	for (const { path: name } of stale) console.error(`${name} is stale: run npm run generate`);
	process.exitCode = stale.length === 0 ? 0 : 1;
}

await new Command('generate')
	.description('Writes the documents that are made from the code, where they differ.')
	.option('--check', 'write nothing; exit code 1 if a document is stale')
	.addHelpText('after', `\nDocuments:\n${documents.map((one) => `  ${one.path}`).join('\n')}`)
	.action(run)
	.parseAsync();
