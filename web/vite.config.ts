import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { baseMap } from './map/base_map';

// One script and one style sheet, with map, languages and font in them: so an exported recording is one file.
export default defineConfig({
  base: './',
  plugins: [svelte(), baseMap()],
  server: process.env['GNCSIM'] ? { proxy: { '/api': process.env['GNCSIM'] } } : {},
  build: {
    target: 'es2022',
    assetsInlineLimit: 1_000_000,
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rollupOptions: { output: { inlineDynamicImports: true } },
  },
});
