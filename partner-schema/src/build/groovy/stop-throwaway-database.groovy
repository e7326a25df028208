// Stops the database that start-throwaway-database.groovy started.
project.getContextValue('partner.throwaway.stop').run()
