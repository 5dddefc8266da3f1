// What the exercises say besides their own texts, in both languages.
import type { Language } from "../words.ts";
import type { Level } from "./exercise.ts";

export const levelNames: Readonly<Record<Language, Readonly<Record<Level, string>>>> = {
  en: { find: "find", explain: "explain", compute: "compute", diagnose: "diagnose", build: "build" },
  es: {
    find: "encontrar",
    explain: "explicar",
    compute: "calcular",
    diagnose: "diagnosticar",
    build: "construir",
  },
};

/** What makes a command that is shown to somebody answer in the same language. */
export const inLanguage = (language: Language): string => (language === "es" ? " --lang es" : "");

export const words = {
  en: {
    questions: "Questions",
    expected: "Expected",
    student: "Student",
    look: "Look into the capture",
    wireshark: "or open it in Wireshark",
    check: "Check your answers at any time, all or some of them",
    interactive: "without answers it asks, one by one",
    stuck: "When you are stuck",
    solved: "Solved.",
    left: (n: number) => (n === 1 ? "One question is open." : `${n} questions are open.`),
    unreadable: "not counted",
    hint: (n: number, of: number) => `Hint ${n} of ${of}`,
    noHint: "That was the last hint.",
    exists: "This task is there already; it goes on as it was.",
    reset: "The task is as new: answers and hints are forgotten.",
    key: "Answer key",
    date: "Date",
  },
  es: {
    questions: "Preguntas",
    expected: "Se espera",
    student: "Estudiante",
    look: "Mira dentro de la captura",
    wireshark: "o ábrela en Wireshark",
    check: "Comprueba tus respuestas cuando quieras, todas o algunas",
    interactive: "sin respuestas las va pidiendo, una a una",
    stuck: "Si te atascas",
    solved: "Resuelto.",
    left: (n: number) => (n === 1 ? "Queda una pregunta." : `Quedan ${n} preguntas.`),
    unreadable: "no cuenta",
    hint: (n: number, of: number) => `Pista ${n} de ${of}`,
    noHint: "Esa era la última pista.",
    exists: "Esta tarea ya existe; continúa como estaba.",
    reset: "La tarea está como nueva: respuestas y pistas olvidadas.",
    key: "Soluciones",
    date: "Fecha",
  },
} as const;
