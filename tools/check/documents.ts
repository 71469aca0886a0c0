import path from 'node:path';

/** A fenced block of a Markdown text. */
export interface Block {
	/** What stands behind the fence: `sh`, `yaml`, or nothing. */
	readonly language: string;
	readonly text: string;
	/** Number of its first line. */
	readonly line: number;
	/** The heading that it stands below; empty above the first one. */
	readonly heading: string;
}

export function blocksOf(markdown: string): readonly Block[] {
	const lines = markdown.split('\n');
	const blocks: Block[] = [];
	let heading = '';
	for (let start = 0; start < lines.length; start++) {
		heading = /^#+ (.*)$/.exec(lines[start] ?? '')?.[1] ?? heading;
		const fence = /^```(\w*)/.exec(lines[start] ?? '');
		if (fence === null) continue;
		const end = lines.indexOf('```', start + 1);
		const text = lines.slice(start + 1, end).join('\n');
		blocks.push({ language: fence[1] ?? '', text, line: start + 2, heading });
		start = end;
	}
	return blocks;
}

/** A link to another place of the project. */
export interface Link {
	/** Path from the project's folder. */
	readonly file: string;
	/** Name of a heading, as a link has it. */
	readonly anchor?: string;
}

/** The links of a document that lead to no other host. */
export function linksOf(file: string, markdown: string): readonly Link[] {
	const text = blocksOf(markdown).reduce(
		(rest, { text: code }) => rest.replace(code, ''),
		markdown,
	);
	return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
		.map(([, target = '']) => target)
		.filter((target) => !/^[a-z]+:/.test(target))
		.map((target) => {
			const [there = '', anchor] = target.split('#');
			const linked = there === '' ? file : path.join(path.dirname(file), there);
			return anchor === undefined ? { file: linked } : { file: linked, anchor };
		});
}

/** The names by which links lead to the headings of a document. */
export function anchorsOf(markdown: string): readonly string[] {
	return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
		heading
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

/** The commands of a block for the shell: lines that go on joined, blanks single. */
export function commandsOf({ text }: Block): readonly string[] {
	return text
		.replaceAll(/\s*\\\n\s*/g, ' ')
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('#'))
		.map((line) => line.replaceAll(/(?<=\S) +/g, ' ').trimEnd());
}

const inSentences =
	/`((?:source <\()?(?:\.\/(?:dindctl|sync\.ts)|(?:[A-Z_]+=\S*\s+)*(?:docker|npm|npx|node|sh|balena)) [^`]+)`/g;

/**
 * The commands of a document: the lines of its blocks for the shell, what calls our tools in other blocks, and what is
 * called inside of sentences.
 */
export function commandsIn(markdown: string): readonly string[] {
	const blocks = blocksOf(markdown);
	const lines = blocks.filter(({ language }) => language === 'sh').flatMap(commandsOf);
	const printed = blocks
		.filter(({ language }) => language === '')
		.flatMap(({ text }) => text.match(/\.\/dindctl .*$/gm) ?? []);
	const inline = [...markdown.matchAll(inSentences)].map(([, command = '']) =>
		command.replace(/^source <\((.*)\)$/, '$1').replaceAll(/\s+/g, ' '),
	);
	return [...new Set([...lines, ...printed, ...inline])];
}
