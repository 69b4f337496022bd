/// <reference types="vite/client" />

declare module '*.svg?icon' {
  const icon: import('./icon.tsx').IconShape;
  export default icon;
}
