// Last step of generate-sources: stops the database that the first step started and stamps the generated code as current.
project.getContextValue('partner.throwaway.stop')?.run()
