const paths = {
	mark: 'M12 2 4 5v6c0 5 3.4 9.4 8 11 4.6-1.600 8-6 8-11V5zM8.500 11.500l2.500 2.500 4.500-5',
	sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600 19 19M19 5l-1.400 1.400M6.400 17.600 5 19',
	moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z',
	play: 'M8 5v14l11-7z',
	stop: 'M7 7h10v10H7z',
	restart: 'M20 11a8 8 0 1 0-2.300 6.300M20 4v7h-7',
	logs: 'M5 6h14M5 12h14M5 18h9',
	trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
	close: 'M6 6l12 12M18 6 6 18',
	lock: 'M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z',
	check: 'M5 12.500l4.500 4.500L19 7.500',
	cross: 'M7 7l10 10M17 7 7 17',
	dash: 'M7 12h10',
	clock: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
	chevron: 'M8 10l4 4 4-4',
} as const;

export type IconName = keyof typeof paths;

/** Decoration: what it means is said in words beside it. */
export function Icon({ name }: { readonly name: IconName }) {
	return (
		<svg class={`glyph ${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
			<path d={paths[name]} />
		</svg>
	);
}
