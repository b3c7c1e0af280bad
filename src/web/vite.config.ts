import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** Pages are built to `dist/web`; in development `vite -c src/web/vite.config.ts` shows them over a running hotline. */
const hotline = `127.0.0.1:${process.env.HTTP_PORT ?? 12_345}`

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [vue()],
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': `http://${hotline}`,
      '/socket.io': { target: `ws://${hotline}`, ws: true },
      '/sip': { target: `ws://${hotline}`, ws: true },
    },
  },
  build: {
    outDir: fileURLToPath(new URL('../../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    rolldownOptions: {
      output: {
        // Rarely changing code is cached separately from our own pages.
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules[\\/](@vue|vue|vue-router|pinia)[\\/]/ },
            { name: 'naive', test: /node_modules[\\/](naive-ui|vueuc|vooks|seemly|css-render|@css-render|date-fns)/ },
            { name: 'live', test: /node_modules[\\/](socket\.io|engine\.io)/ },
          ],
        },
      },
    },
  },
})
